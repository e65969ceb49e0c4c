/// The working memory of encoding column chunks, used again from one to the next.
final class ChunkScratch {
    let validity = ScratchBytes()
    let values = ScratchBytes()
    let codes = ScratchBytes()
    let entries = ScratchBytes()
    let slots = ScratchBytes()
    let used = ScratchBytes()
    let page = ScratchBytes()
    let joined = ScratchBytes()
}

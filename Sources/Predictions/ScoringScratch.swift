/// The memory of one thread that scores with one model.
package final class ScoringScratch {
    init() {}
}

// Cyclic redundancy checks of long buffers, least significant bit first as all of these are sent.
#include "CKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Four bits a step: for short pieces.
static uint64_t by_nibbles(
    uint64_t state, const uint8_t *bytes, size_t count, const uint64_t *nibbles) {
    for (size_t k = 0; k < count; k++) {
        state ^= bytes[k];
        state = nibbles[state & 15] ^ state >> 4;
        state = nibbles[state & 15] ^ state >> 4;
    }
    return state;
}

// Eight bytes a step, for processors without better. Making the tables costs as much as some
// thousand bytes. Row k of `effects` is that of a byte which is followed by k bytes of 0.
// Source: Kounavis and Berry 2005, "A Systematic Approach to Building High Performance
// Software-Based CRC Generators".
static uint64_t by_words(
    uint64_t state, const uint8_t *bytes, size_t count, const uint64_t *nibbles) {
    uint64_t effects[8][256];
    for (size_t k = 0; k < 8; k++)
        for (size_t byte = 0; byte < 256; byte++)
            effects[k][byte] = by_nibbles(
                k > 0 ? effects[k - 1][byte] : byte, &(const uint8_t){0}, 1, nibbles);
    size_t k = 0;
    for (; k + 8 <= count; k += 8) {
        uint64_t word;
        memcpy(&word, bytes + k, 8);
        word ^= state;
        state = 0;
        for (int place = 0; place < 8; place++)
            state ^= effects[7 - place][word >> 8 * place & 255];
    }
    return by_nibbles(state, bytes + k, count - k, nibbles);
}

#define SHORT_COUNT 4096

static uint64_t anywhere(
    uint64_t state, const uint8_t *bytes, size_t count, const uint64_t *nibbles) {
    return count < SHORT_COUNT ? by_nibbles(state, bytes, count, nibbles)
                               : by_words(state, bytes, count, nibbles);
}

// MARK: CRC-32C

// The effect of four bits, for the polynomial 0x82F63B78.
static const uint64_t castagnoli[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint64_t castagnoli_words(
    uint64_t state, const uint8_t *bytes, size_t count) {
    for (size_t k = 0; k < count; k += 8) {
        uint64_t word;
        memcpy(&word, bytes + k, 8);
        state = _mm_crc32_u64(state, word);
    }
    return state;
}
#endif

uint32_t martlet_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t state = (uint32_t)~crc;
    size_t done = 0;
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 1) {
        done = count & ~(size_t)7;
        state = castagnoli_words(state, bytes, done);
    }
#endif
    return ~(uint32_t)anywhere(state, bytes + done, count - done, castagnoli);
}

// MARK: CRC-64/NVME

// The effect of four bits, for the polynomial 0x9A6C9329AC4BC9B5.
static const uint64_t nvme[16] = {
    0x0000000000000000, 0x78e0ff3b88be6f81, 0xf1c1fe77117cdf02, 0x8921014c99c2b083,
    0xd75adabd7a6e2d6f, 0xafba2586f2d042ee, 0x269b24ca6b12f26d, 0x5e7bdbf1e3ac9dec,
    0x9a6c9329ac4bc9b5, 0xe28c6c1224f5a634, 0x6bad6d5ebd3716b7, 0x134d926535897936,
    0x4d364994d625e4da, 0x35d6b6af5e9b8b5b, 0xbcf7b7e3c7593bd8, 0xc41748d84fe75459,
};

#if defined(__x86_64__)
// A block of 16 bytes moved `distance` bits ahead has the same remainder as its halves times
// x^(distance - 1) and x^(distance + 63) modulo the polynomial: a product of two bit-reversed
// numbers comes out one bit further on.
// Source: Gopal et al. 2009, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ".
__attribute__((target("pclmul,sse4.1"), always_inline)) static inline __m128i folded(
    __m128i block, __m128i powers) {
    return _mm_xor_si128(
        _mm_clmulepi64_si128(block, powers, 0x00), _mm_clmulepi64_si128(block, powers, 0x11));
}

// count: a multiple of 64, at least 64. last: (16), what has the remainder of all.
__attribute__((target("pclmul,sse4.1"))) static void fold(
    uint64_t state, const uint8_t *bytes, size_t count, uint8_t *last) {
    // x^575 and x^511: a block goes 64 bytes ahead. x^191 and x^127: 16 bytes.
    const __m128i far = _mm_set_epi64x(0x62242240ace5045a, 0x0c32cdb31e18a84a);
    const __m128i near = _mm_set_epi64x(0x21e9761e252621ac, (long long)0xeadc41fd2ba3d420);
    const __m128i *blocks = (const __m128i *)bytes;
    __m128i sums[4];
    for (int lane = 0; lane < 4; lane++) sums[lane] = _mm_loadu_si128(blocks + lane);
    sums[0] = _mm_xor_si128(sums[0], _mm_cvtsi64_si128((long long)state));
    for (size_t k = 4; k < count / 16; k += 4)
        for (int lane = 0; lane < 4; lane++)
            sums[lane] = _mm_xor_si128(folded(sums[lane], far), _mm_loadu_si128(blocks + k + lane));
    __m128i sum = sums[0];
    for (int lane = 1; lane < 4; lane++) sum = _mm_xor_si128(folded(sum, near), sums[lane]);
    _mm_storeu_si128((__m128i *)last, sum);
}
#endif

uint64_t martlet_crc64_nvme(uint64_t crc, const uint8_t *bytes, size_t count) {
    uint64_t state = ~crc;
    size_t done = 0;
#if defined(__x86_64__)
    if (count >= 64 && martlet_kernel_level() >= 1 && __builtin_cpu_supports("pclmul")) {
        uint8_t last[16];
        done = count & ~(size_t)63;
        fold(state, bytes, done, last);
        state = by_nibbles(0, last, sizeof last, nvme);
    }
#endif
    return ~anywhere(state, bytes + done, count - done, nvme);
}

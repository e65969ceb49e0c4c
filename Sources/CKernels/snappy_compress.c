// Compresses with Snappy, for the tables that columns are: next to looking for the last place of
// four bytes it looks whether the last distance fits again behind a byte that differs, as it does
// from one value to the next.
// Source: format_description.txt of Snappy.
#include "CKernels.h"
#include "loads.h"

#include <string.h>

/// Distances have 16 bits.
#define FRAGMENT_BYTES 65536
#define HASH_BITS_MIN 8
#define HASH_BITS_MAX 14

/// Bytes at the end of a fragment where no match begins, so that whole words can be read.
#define TAIL_BYTES 24

/// count: at least 1. Reads and writes up to 15 bytes too many where `may_overshoot`.
static inline uint8_t *put_literal(
    uint8_t *target, const uint8_t *source, size_t count, int may_overshoot) {
    size_t last = count - 1;
    if (count <= 16 && may_overshoot) {
        *target = (uint8_t)(last << 2);
        memcpy(target + 1, source, 16);
        return target + 1 + count;
    }
    // 60 and 61 stand for lengths of one byte and of two behind the tag.
    if (last < 60) {
        *target++ = (uint8_t)(last << 2);
    } else if (last < 256) {
        *target++ = 60 << 2;
        *target++ = (uint8_t)last;
    } else {
        *target++ = 61 << 2;
        *target++ = (uint8_t)last;
        *target++ = (uint8_t)(last >> 8);
    }
    martlet_copy(target, source, count);
    return target + count;
}

/// count: in 4...64.
static inline uint8_t *put_far(uint8_t *target, size_t distance, size_t count) {
    target[0] = (uint8_t)((count - 1) << 2 | 2);
    target[1] = (uint8_t)distance;
    target[2] = (uint8_t)(distance >> 8);
    return target + 3;
}

/// count: at least 4.
static inline uint8_t *put_copy(uint8_t *target, size_t distance, size_t count) {
    // What is left is at least 4 each time.
    for (; count >= 68; count -= 64) target = put_far(target, distance, 64);
    if (count > 64) {
        target = put_far(target, distance, 60);
        count -= 60;
    }
    if (count > 11 || distance > 2047) return put_far(target, distance, count);
    target[0] = (uint8_t)(distance >> 8 << 5 | (count - 4) << 2 | 1);
    target[1] = (uint8_t)distance;
    return target + 2;
}

static inline size_t equal_count(const uint8_t *a, const uint8_t *b, const uint8_t *b_end) {
    const uint8_t *start = b;
    for (; b_end - b >= 8; a += 8, b += 8) {
        uint64_t difference = load_64(a) ^ load_64(b);
        if (difference) return (size_t)(b - start) + (size_t)(__builtin_ctzll(difference) >> 3);
    }
    for (; b < b_end && *a == *b; a++) b++;
    return (size_t)(b - start);
}

/// The top bits of a product (Fibonacci hashing).
static inline size_t slot(uint32_t bytes, int shift) { return (bytes * 0x9E3779B1u) >> shift; }

/// Where a fragment is at: what lies between `literal` and `ip` is not written yet.
struct cursor {
    const uint8_t *ip, *literal;
    uint8_t *target;
};

/// Goes on while each 8 bytes repeat the 8 before them but for some bytes side by side, as values
/// do that follow one another. Here no word waits for the length of the match before it.
/// The cursor is at a match of distance 8. Returns another match, at the cursor, or NULL.
static inline const uint8_t *compress_words(
    const uint8_t *source, const uint8_t *last, uint16_t *slots, int shift,
    struct cursor *cursor) {
    const uint8_t *start = cursor->ip, *literal = cursor->literal, *match = NULL, *ip = start;
    uint8_t *target = cursor->target;
    for (; ip <= last; ip += 8) {
        uint64_t difference = load_64(ip) ^ load_64(ip - 8);
        if (!difference) continue;
        const uint8_t *stop = ip + (__builtin_ctzll(difference) >> 3);
        size_t literal_count = (size_t)(start - literal), match_count = (size_t)(stop - start);
        if (match_count - 4 < 8 && literal_count - 1 < 7) {
            uint64_t tagged = load_64(literal) << 8 | (literal_count - 1) << 2;
            memcpy(target, &tagged, sizeof tagged);
            target += 1 + literal_count;
            target[0] = (uint8_t)((match_count - 4) << 2 | 1);
            target[1] = 8;
            target += 2;
        } else if (match_count >= 4) {
            if (literal_count > 0) target = put_literal(target, literal, literal_count, 1);
            target = put_copy(target, 8, match_count);
        } else {
            ip = stop;
            break;
        }
        literal = stop;
        uint32_t bytes = load_32(stop);
        size_t place = slot(bytes, shift);
        const uint8_t *found = source + slots[place];
        slots[place] = (uint16_t)(stop - source);
        start = ip + 8 - (__builtin_clzll(difference) >> 3);
        if (load_32(found) == bytes) {
            match = found;
            ip = stop;
            break;
        }
    }
    if (ip - start >= 4) {
        if (start > literal) target = put_literal(target, literal, (size_t)(start - literal), 1);
        target = put_copy(target, 8, (size_t)(ip - start));
        literal = ip;
    }
    *cursor = (struct cursor){ip, literal, target};
    return match;
}

/// The elements of one fragment.
static uint8_t *compress_fragment(
    const uint8_t *source, size_t count, uint8_t *target, uint16_t *slots) {
    const uint8_t *end = source + count, *ip = source, *literal = source;
    if (count <= TAIL_BYTES) return put_literal(target, source, count, 0);
    const uint8_t *last = end - TAIL_BYTES;
    int hash_bits = HASH_BITS_MIN;
    while (hash_bits < HASH_BITS_MAX && (size_t)1 << hash_bits < count) hash_bits++;
    memset(slots, 0, sizeof *slots << hash_bits);
    int shift = 32 - hash_bits;
    for (ip++; ip <= last;) {
        // Ever longer steps where nothing is found.
        const uint8_t *match;
        for (uint32_t skip = 32;;) {
            uint32_t bytes = load_32(ip);
            size_t place = slot(bytes, shift);
            match = source + slots[place];
            slots[place] = (uint16_t)(ip - source);
            if (load_32(match) == bytes) break;
            ip += skip >> 5;
            skip += skip >> 5;
            if (ip > last) goto rest;
        }
        for (;;) {
            size_t distance = (size_t)(ip - match);
            size_t match_count = 4 + equal_count(match + 4, ip + 4, end);
            if (ip > literal) target = put_literal(target, literal, (size_t)(ip - literal), 1);
            target = put_copy(target, distance, match_count);
            ip += match_count;
            literal = ip;
            if (ip > last) goto rest;
            slots[slot(load_32(ip - 1), shift)] = (uint16_t)(ip - 1 - source);
            uint64_t bytes = load_64(ip);
            size_t place = slot((uint32_t)bytes, shift);
            match = source + slots[place];
            slots[place] = (uint16_t)(ip - source);
            if (load_32(match) == (uint32_t)bytes) continue;
            uint64_t difference = bytes ^ load_64(ip - distance);
            ip++;
            if ((uint32_t)(difference >> 8) != 0) break;
            match = ip - distance;
            if (distance != 8) continue;
            struct cursor cursor = {ip, literal, target};
            match = compress_words(source, last, slots, shift, &cursor);
            ip = cursor.ip;
            literal = cursor.literal;
            target = cursor.target;
            if (!match) break;
        }
    }
rest:
    return literal < end ? put_literal(target, literal, (size_t)(end - literal), 0) : target;
}

/// The elements of `count` bytes.
static uint8_t *compress_piece(
    const uint8_t *source, size_t count, uint8_t *target, uint16_t *slots) {
    for (size_t done = 0; done < count; done += FRAGMENT_BYTES) {
        size_t left = count - done;
        target = compress_fragment(
            source + done, left < FRAGMENT_BYTES ? left : FRAGMENT_BYTES, target, slots);
    }
    return target;
}

size_t martlet_snappy_compress(
    const uint8_t *head, size_t head_count, const uint8_t *source, size_t count, uint8_t *target,
    uint16_t *slots) {
    uint8_t *start = target;
    size_t rest = head_count + count;
    for (; rest > 127; rest >>= 7) *target++ = (uint8_t)(rest | 128);
    *target++ = (uint8_t)rest;
    target = compress_piece(head, head_count, target, slots);
    target = compress_piece(source, count, target, slots);
    return (size_t)(target - start);
}

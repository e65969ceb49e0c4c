// Decompresses DEFLATE streams, several at the same time. Every code, length and distance is
// checked.
// Source: RFC 1951.
#include "CKernels.h"
#include "loads.h"

#include <string.h>

// A table has an entry for each value of the next bits; longer codes go on in further tables.
#define SYMBOL_BITS 10
#define SYMBOL_MASK ((1u << SYMBOL_BITS) - 1)
#define DISTANCE_BITS 8
#define DISTANCE_MASK ((1u << DISTANCE_BITS) - 1)
#define LENGTH_BITS 7

// An entry has the number of bits to take in its lowest 6 bits. A literal has its byte behind
// them, from bit 8. All others have from bit 8 how many of those bits are the code, or how many
// bits choose in the further table, and from bit 16 the smallest length or distance, or where that
// table begins.
#define LITERAL 0x80000000u
#define TABLE 0x8000u
#define END 0x4000u
#define BROKEN 0x2000u

/// The most bytes that one step writes, with what a copy writes too many.
#define STEP_BYTES (5 + 258 + 16)

enum { AT_HEADER, AT_SYMBOLS, IS_DONE, IS_BROKEN };

/// The length or distance that an entry and the bits behind its code stand for.
static inline size_t number(uint32_t entry, uint64_t bits) {
    return (entry >> 16) + ((bits & (((uint64_t)1 << (entry & 63)) - 1)) >> (entry >> 8 & 15));
}

/// Where a code goes on.
static inline size_t place(uint32_t entry, uint64_t bits) {
    return (entry >> 16) + (bits & ((1u << (entry >> 8 & 15)) - 1));
}

/// Writes up to 15 bytes too many.
static inline void copy_match(uint8_t *target, size_t distance, size_t length) {
    const uint8_t *source = target - distance, *end = target + length;
    if (distance >= 16) {
        do {
            memcpy(target, source, 16);
            target += 16;
            source += 16;
        } while (target < end);
    } else if (distance >= 8) {
        do {
            memcpy(target, source, 8);
            target += 8;
            source += 8;
        } while (target < end);
    } else {
        uint64_t word = load_64(source) & (((uint64_t)1 << (8 * distance)) - 1);
        for (size_t bits = 8 * distance; bits < 64; bits *= 2) word |= word << bits;
        // The next word begins with the pattern again.
        size_t step = 8 / distance * distance;
        do {
            memcpy(target, &word, 8);
            target += step;
        } while (target < end);
    }
}

// MARK: One symbol at a time

static inline void fill(martlet_inflate_stream *stream) {
    stream->bits |= load_64(stream->source) << stream->bit_count;
    stream->source += (63 - stream->bit_count) >> 3;
    stream->bit_count |= 56;
}

static inline unsigned take(martlet_inflate_stream *stream, unsigned count) {
    unsigned value = (unsigned)(stream->bits & (((uint64_t)1 << count) - 1));
    stream->bits >>= count;
    stream->bit_count -= count;
    return value;
}

/// Whether bits were taken that are not there. Then they came from the bytes behind the source.
static inline int is_overrun(const martlet_inflate_stream *stream) {
    return stream->source - (stream->bit_count >> 3) > stream->source_end;
}

/// The rest of a block, near the end of the memory: no byte too many is written.
static int read_symbols(martlet_inflate_stream *stream) {
    while (!is_overrun(stream)) {
        fill(stream);
        uint32_t entry = stream->symbols[stream->bits & SYMBOL_MASK];
        if (!(entry & LITERAL) && entry & TABLE) {
            take(stream, SYMBOL_BITS);
            entry = stream->symbols[place(entry, stream->bits)];
        }
        uint64_t held = stream->bits;
        take(stream, entry & 63);
        size_t room = (size_t)(stream->target_end - stream->target);
        if (entry & LITERAL) {
            if (room == 0) return IS_BROKEN;
            *stream->target++ = (uint8_t)(entry >> 8);
            continue;
        }
        if (entry & END) return AT_HEADER;
        size_t length = number(entry, held);
        uint32_t far = stream->distances[stream->bits & DISTANCE_MASK];
        if (far & TABLE) {
            take(stream, DISTANCE_BITS);
            far = stream->distances[place(far, stream->bits)];
        }
        size_t distance = number(far, stream->bits);
        take(stream, far & 63);
        if (entry & BROKEN || length > room
            || distance - 1 >= (size_t)(stream->target - stream->target_start)) return IS_BROKEN;
        const uint8_t *source = stream->target - distance;
        for (size_t k = 0; k < length; k++) stream->target[k] = source[k];
        stream->target += length;
    }
    return IS_BROKEN;
}

// MARK: Tables

enum { SYMBOLS, DISTANCES, LENGTHS };

static inline uint32_t entry_of(int kind, unsigned symbol, unsigned bit_count) {
    static const uint16_t lengths[29] = {
        3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
        31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    if (kind == LENGTHS) return symbol << 16 | bit_count;
    uint32_t code = bit_count << 8 | bit_count;
    if (kind == DISTANCES) {
        // A distance of 0 is refused.
        if (symbol > 29) return code;
        unsigned extra = symbol < 4 ? 0 : symbol / 2 - 1;
        unsigned low = symbol < 4 ? symbol : (2 + symbol % 2) << extra;
        return (low + 1) << 16 | (code + extra);
    }
    if (symbol < 256) return LITERAL | symbol << 8 | bit_count;
    if (symbol == 256) return END | bit_count;
    if (symbol > 285) return BROKEN | bit_count;
    unsigned extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4;
    return (uint32_t)lengths[symbol - 257] << 16 | (code + extra);
}

/// Makes the table of a code from the lengths of its words, 0 for a symbol that does not occur.
/// Returns 0 if these lengths do not fill the code, but for a code of one word.
__attribute__((always_inline)) static inline int make_table(
    int kind, unsigned table_bits, const uint8_t *lengths, unsigned symbol_count, uint32_t *table,
    unsigned capacity) {
    uint16_t counts[16] = {0}, ends[16], symbols[288];
    for (unsigned k = 0; k < symbol_count; k++) counts[lengths[k]]++;
    unsigned used = 0, word_count = 0;
    for (unsigned length = 1; length < 16; length++) {
        used += (unsigned)counts[length] << (15 - length);
        ends[length] = (uint16_t)word_count;
        word_count += counts[length];
    }
    for (unsigned k = 0; k < symbol_count; k++)
        if (lengths[k] > 0) symbols[ends[lengths[k]]++] = (uint16_t)k;
    if (used != 1u << 15) {
        // Without distances there is nothing but literals.
        unsigned symbol = word_count > 0 ? symbols[0] : 30;
        if (word_count > 1 || counts[1] != word_count || (word_count == 0 && kind != DISTANCES))
            return 0;
        for (unsigned k = 0; k < 1u << table_bits; k++) table[k] = entry_of(kind, symbol, 1);
        return 1;
    }
    unsigned word = 0, symbol_index = 0, next = 1u << table_bits;
    unsigned prefix = next, start = 0, further_bits = 0;
    for (unsigned length = 1; length < 16; length++) {
        word <<= 1;
        for (unsigned left = counts[length]; left > 0; left--, word++) {
            unsigned bits = __builtin_bitreverse16((uint16_t)word) >> (16 - length);
            unsigned symbol = symbols[symbol_index++];
            if (length <= table_bits) {
                uint32_t entry = entry_of(kind, symbol, length);
                for (unsigned k = bits; k < 1u << table_bits; k += 1u << length) table[k] = entry;
                continue;
            }
            if ((bits & ((1u << table_bits) - 1)) != prefix) {
                prefix = bits & ((1u << table_bits) - 1);
                // As large as the words that are left with this prefix need.
                further_bits = length - table_bits;
                for (unsigned space = left; space < 1u << further_bits;) {
                    if (table_bits + ++further_bits > 15) return 0;
                    space = space * 2 + counts[table_bits + further_bits];
                }
                start = next;
                next += 1u << further_bits;
                if (next > capacity) return 0;
                table[prefix] = TABLE | start << 16 | further_bits << 8 | table_bits;
            }
            uint32_t entry = entry_of(kind, symbol, length - table_bits);
            for (unsigned k = bits >> table_bits; k < 1u << further_bits;
                 k += 1u << (length - table_bits))
                table[start + k] = entry;
        }
    }
    return 1;
}

static int make_tables(martlet_inflate_stream *stream, const uint8_t *lengths,
                       unsigned symbol_count, unsigned distance_count) {
    return make_table(SYMBOLS, SYMBOL_BITS, lengths, symbol_count, stream->symbols,
                      MARTLET_INFLATE_SYMBOLS)
        && make_table(DISTANCES, DISTANCE_BITS, lengths + symbol_count, distance_count,
                      stream->distances, MARTLET_INFLATE_DISTANCES);
}

// MARK: Blocks

static int read_stored(martlet_inflate_stream *stream) {
    stream->source -= stream->bit_count >> 3;
    stream->bits = stream->bit_count = 0;
    if (stream->source_end - stream->source < 4) return IS_BROKEN;
    const uint8_t *source = stream->source + 4;
    size_t count = source[-4] | (size_t)source[-3] << 8;
    size_t complement = source[-2] | (size_t)source[-1] << 8;
    if ((count ^ complement) != 0xFFFF || count > (size_t)(stream->source_end - source)
        || count > (size_t)(stream->target_end - stream->target)) return IS_BROKEN;
    memcpy(stream->target, source, count);
    stream->source = source + count;
    stream->target += count;
    return AT_HEADER;
}

static int read_fixed(martlet_inflate_stream *stream) {
    uint8_t lengths[288 + 32];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    memset(lengths + 288, 5, 32);
    return make_tables(stream, lengths, 288, 32) ? AT_SYMBOLS : IS_BROKEN;
}

static int read_dynamic(martlet_inflate_stream *stream) {
    static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[286 + 30] = {0};
    uint32_t table[1u << LENGTH_BITS];
    unsigned symbol_count = take(stream, 5) + 257, distance_count = take(stream, 5) + 1;
    unsigned order_count = take(stream, 4) + 4, count = symbol_count + distance_count;
    if (symbol_count > 286 || distance_count > 30) return IS_BROKEN;
    for (unsigned k = 0; k < order_count; k++) {
        fill(stream);
        lengths[order[k]] = (uint8_t)take(stream, 3);
    }
    if (!make_table(LENGTHS, LENGTH_BITS, lengths, 19, table, 1u << LENGTH_BITS)) return IS_BROKEN;
    for (unsigned k = 0; k < count;) {
        if (is_overrun(stream)) return IS_BROKEN;
        fill(stream);
        uint32_t entry = table[stream->bits & ((1u << LENGTH_BITS) - 1)];
        take(stream, entry & 63);
        unsigned symbol = entry >> 16, repeats = 1, length = symbol;
        if (symbol > 15) {
            if (symbol == 16 && k == 0) return IS_BROKEN;
            length = symbol == 16 ? lengths[k - 1] : 0;
            repeats = symbol == 16 ? 3 + take(stream, 2)
                : symbol == 17     ? 3 + take(stream, 3)
                                   : 11 + take(stream, 7);
            if (repeats > count - k) return IS_BROKEN;
        }
        memset(lengths + k, (int)length, repeats);
        k += repeats;
    }
    if (lengths[256] == 0) return IS_BROKEN;
    return make_tables(stream, lengths, symbol_count, distance_count) ? AT_SYMBOLS : IS_BROKEN;
}

static int read_header(martlet_inflate_stream *stream) {
    if (is_overrun(stream)) return IS_BROKEN;
    if (stream->is_last) {
        // Whole bytes that were not needed go back.
        stream->source -= stream->bit_count >> 3;
        stream->bit_count = 0;
        return IS_DONE;
    }
    fill(stream);
    stream->is_last = (int)take(stream, 1);
    switch (take(stream, 2)) {
    case 0: return read_stored(stream);
    case 1: return read_fixed(stream);
    case 2: return read_dynamic(stream);
    default: return IS_BROKEN;
    }
}

// MARK: Streams

#define STREAMS 1
#define NAME read_1_any
#define TARGET
#include "inflate_symbols.h"
#define STREAMS 2
#define NAME read_2_any
#include "inflate_symbols.h"
#define STREAMS 3
#define NAME read_3_any
#include "inflate_symbols.h"

#if defined(__x86_64__)
#undef TARGET
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define STREAMS 1
#define NAME read_1_v3
#include "inflate_symbols.h"
#define STREAMS 2
#define NAME read_2_v3
#include "inflate_symbols.h"
#define STREAMS 3
#define NAME read_3_v3
#include "inflate_symbols.h"
#else
#define read_1_v3 read_1_any
#define read_2_v3 read_2_any
#define read_3_v3 read_3_any
#endif

/// Takes a stream to symbols that have room for a whole step, or to its end.
static int has_step(martlet_inflate_stream *stream) {
    while (stream->state == AT_HEADER || stream->state == AT_SYMBOLS) {
        if (stream->state == AT_HEADER) {
            stream->state = read_header(stream);
        } else {
            if (stream->source < stream->source_end
                && stream->target_end - stream->target >= STEP_BYTES) return 1;
            stream->state = read_symbols(stream);
        }
    }
    return 0;
}

void martlet_inflate(martlet_inflate_stream *streams, int count) {
    static void (*const readers[2][3])(martlet_inflate_stream *) = {
        {read_1_any, read_2_any, read_3_any}, {read_1_v3, read_2_v3, read_3_v3}};
    int level = martlet_kernel_level() >= 1;
    for (;;) {
        // The first streams side by side that can go on.
        int first = 0, together = 0;
        for (int k = 0; k < count; k++) {
            if (has_step(streams + k)) {
                if (together == 0) first = k;
                together++;
            } else if (together > 0) {
                break;
            }
        }
        if (together == 0) return;
        readers[level][(together < 3 ? together : 3) - 1](streams + first);
    }
}

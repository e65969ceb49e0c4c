// Decompresses Snappy blocks. Which kind of element comes next cannot be predicted, so short
// literals and copies take the same path: a place to copy from, a length, a step.
// Source: format_description.txt of Snappy.
#include "CKernels.h"
#include "loads.h"

#include <string.h>

/// Bytes that the short path may read or write beyond an element.
#define MARGIN 80

/// So many copies from 8 bytes before foretell more of them.
#define STREAK 8

static inline void copy_8(uint8_t *target, const uint8_t *source) {
    uint64_t word = load_64(source);
    memcpy(target, &word, 8);
}

static inline void copy_16(uint8_t *target, const uint8_t *source) {
    uint64_t low = load_64(source), high = load_64(source + 8);
    memcpy(target, &low, 8);
    memcpy(target + 8, &high, 8);
}

/// A copy from less than 16 bytes before, which repeats itself. Writes up to 15 bytes too many.
static void copy_near(uint8_t *target, size_t distance, size_t count) {
    const uint8_t *source = target - distance;
    if (distance >= 8) {
        for (size_t done = 0; done < count; done += 8) {
            uint64_t word = load_64(source + done);
            memcpy(target + done, &word, 8);
        }
        return;
    }
    uint64_t word = load_64(source) & (((uint64_t)1 << (8 * distance)) - 1);
    for (size_t bits = 8 * distance; bits < 64; bits *= 2) word |= word << bits;
    // The next word begins with the pattern again.
    size_t step = 8 / distance * distance;
    for (size_t done = 0; done < count; done += step) memcpy(target + done, &word, 8);
}

/// Copies from 8 bytes before, and short literals between them, as values make that follow one
/// another. The last 8 bytes stay in a register: a load would wait for the several stores that make
/// them up.
/// *write: at least 8 bytes behind the block's start; both with MARGIN bytes before their ends.
static inline void words(const uint8_t **read, const uint8_t *read_end, uint8_t **write,
                         const uint8_t *write_end) {
    const uint8_t *ip = *read;
    uint8_t *op = *write;
    uint64_t word = load_64(op - 8);
    while (read_end - ip >= MARGIN && write_end - op >= MARGIN) {
        uint32_t tag = ip[0];
        if ((tag & 0xE3) != 1 || ip[1] != 8) break;
        size_t length = (tag >> 2 & 7) + 4;
        memcpy(op, &word, 8);
        memcpy(op + 8, &word, 8);
        // What was copied now stands behind what was not.
        size_t shift = 8 * length & 63;
        word = word >> shift | word << (-shift & 63);
        op += length;
        ip += 2;
        tag = ip[0];
        length = (tag >> 2) + 1;
        if ((tag & 3) != 0 || length > 7) break;
        uint64_t literal = load_64(ip + 1);
        memcpy(op, &literal, 8);
        word = word >> (8 * length) | literal << (64 - 8 * length);
        op += length;
        ip += 1 + length;
    }
    *read = ip;
    *write = op;
}

/// One element of any kind, all of it checked. Returns 0 if it is broken.
static int element(const uint8_t **read, const uint8_t *read_end, const uint8_t *start,
                   uint8_t **write, const uint8_t *write_end) {
    const uint8_t *ip = *read;
    uint8_t *op = *write;
    size_t left = (size_t)(read_end - ip) - 1, room = (size_t)(write_end - op);
    unsigned tag = *ip++;
    size_t length = (tag >> 2) + 1;
    if ((tag & 3) == 0) {
        if (length > 60) {
            size_t byte_count = length - 60;
            if (left < byte_count) return 0;
            length = (size_t)(load_32(ip) & (0xFFFFFFFFu >> (32 - 8 * byte_count))) + 1;
            ip += byte_count;
            left -= byte_count;
        }
        if (length > left || length > room) return 0;
        martlet_copy(op, ip, length);
        *read = ip + length;
        *write = op + length;
        return 1;
    }
    static const uint8_t byte_counts[4] = {0, 1, 2, 4};
    size_t byte_count = byte_counts[tag & 3];
    if (left < byte_count) return 0;
    size_t distance = load_32(ip) & (0xFFFFFFFFu >> (32 - 8 * byte_count));
    if ((tag & 3) == 1) {
        length = (tag >> 2 & 7) + 4;
        distance |= (size_t)(tag & 0xE0) << 3;
    }
    if (distance == 0 || distance > (size_t)(op - start) || length > room) return 0;
    if (distance < 16) {
        copy_near(op, distance, length);
    } else {
        for (size_t done = 0; done < length; done += 16) copy_16(op + done, op - distance + done);
    }
    *read = ip + byte_count;
    *write = op + length;
    return 1;
}

int martlet_snappy(const uint8_t *source, size_t source_count, uint8_t *target, size_t count) {
    const uint8_t *ip = source, *ip_end = source + source_count;
    uint8_t *op = target, *op_end = target + count;
    static const uint32_t masks[4] = {0, 0xFF, 0xFFFF, 0};
    // Copies in a row from 8 bytes before.
    uint32_t streak = 0;
    while (ip < ip_end) {
        while (ip_end - ip >= MARGIN && op_end - op >= MARGIN) {
            uint32_t tag = *ip, kind = tag & 3;
            if (kind == 0) {
                size_t length = (tag >> 2) + 1;
                if (length > 60) break;
                copy_16(op, ip + 1);
                if (length > 16) {
                    copy_16(op + 16, ip + 17);
                    copy_16(op + 32, ip + 33);
                    copy_16(op + 48, ip + 49);
                }
                op += length;
                ip += 1 + length;
                continue;
            }
            uint32_t is_near = kind == 1;
            size_t length = is_near ? (tag >> 2 & 7) + 4 : (tag >> 2) + 1;
            size_t distance = (load_32(ip + 1) & masks[kind]) | (is_near ? (tag & 0xE0) << 3 : 0);
            streak = (streak + 1) & (0 - (uint32_t)((distance ^ 8) + (kind ^ 1) == 0));
            if (streak == STREAK && op - target >= 8) {
                words(&ip, ip_end, &op, op_end);
                streak = 0;
                continue;
            }
            // From within what is there; 16 bytes at a time only where they do not overlap.
            if (distance - 8 > (size_t)(op - target) - 8 || op - target < 8 || kind == 3) break;
            const uint8_t *from = op - distance;
            if (length <= 16) {
                copy_8(op, from);
                copy_8(op + 8, from + 8);
            } else if (distance >= 16) {
                copy_16(op, from);
                copy_16(op + 16, from + 16);
                copy_16(op + 32, from + 32);
                copy_16(op + 48, from + 48);
            } else {
                break;
            }
            op += length;
            ip += 1 + kind;
        }
        if (ip < ip_end && !element(&ip, ip_end, target, &op, op_end)) return 0;
    }
    return op == op_end;
}

/* From label values to cells without a lock.
 *
 * A table is one block of memory: entries by hash, then the keys. It is filled while readers look at it: an entry's hash is
 * stored last. A table that is too full is replaced by a new one; the old one goes to a pool and serves another index
 * later, but never back to the allocator, so a reader that is late reads words that exist. It notices by the table's
 * sequence number, or because the index has another table by now, and then knows nothing. */
#define _GNU_SOURCE
#include "CDynCells.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LONGEST_KEY = 32, SMALLEST = 16, KEY_WORDS = 4, CLASSES = 40 };

struct entry {
    _Atomic uint64_t hash; /* 0: free */
    _Atomic uint64_t cell; /* 0: removed */
    _Atomic uint64_t key;  /* first word << 32 | number of words */
};

struct dyncells_table {
    _Atomic uint64_t sequence; /* odd while it belongs to nobody */
    struct dyncells_table *next;
    uint64_t size; /* entries, a power of two; never changes, a late reader may look at it any time */
    uint64_t taken, key_words;
    struct entry entries[];
    /* then KEY_WORDS words of keys for each entry */
};

/* Outgrown tables, by the logarithm of their size. The flag is only ever tried: an index that ends does so under no lock,
 * and a child may have been forked in between. Without the pool a table is made anew, or stays where it is. */
static struct dyncells_table *pool[CLASSES];
static atomic_flag pool_taken = ATOMIC_FLAG_INIT;

static int enter_pool(void) { return !atomic_flag_test_and_set_explicit(&pool_taken, memory_order_acquire); }
static void leave_pool(void) { atomic_flag_clear_explicit(&pool_taken, memory_order_release); }

static _Atomic uint64_t *keys_of(struct dyncells_table *table) {
    return (_Atomic uint64_t *)(table->entries + table->size);
}

/* ---- keys: each value in words of eight bytes, filled up with NUL, of which it has at least one ---- */

struct key {
    uint64_t words[LONGEST_KEY + 1];
    uint64_t hash;
    size_t count;
};

static inline uint64_t product(uint64_t left, uint64_t right) {
    unsigned __int128 whole = (unsigned __int128)left * right;
    return (uint64_t)whole ^ (uint64_t)(whole >> 64);
}

/* Two words to a multiplication, and none waits for the one before. */
static inline void hash_words(struct key *key) {
    uint64_t hash = key->count, first = 0x9e3779b97f4a7c15u, second = 0xd6e8feb86659fd93u;
    key->words[key->count] = 0;
    for (size_t i = 0; i < key->count; i += 2) {
        hash += product(key->words[i] ^ first, key->words[i + 1] ^ second);
        first += 0xa0761d6478bd642eu;
        second += 0xe7037ed1a0b428dau;
    }
    hash ^= hash >> 32;
    key->hash = hash ? hash : 1;
}

static inline int add_word(struct key *key, uint64_t word) {
    if (key->count == LONGEST_KEY) return 0;
    key->words[key->count++] = word;
    return 1;
}

/* 0x80 in the first byte that is NUL, and perhaps in others behind it. */
static inline uint64_t nul_bytes(uint64_t word) {
    return (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
}

/* The bytes before the first NUL. By a shift: valgrind then sees that what is behind it does not matter. */
static inline uint64_t below(uint64_t nul) { return ((uint64_t)1 << (__builtin_ctzll(nul) & 56)) - 1; }

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
typedef uint64_t __attribute__((may_alias)) any_word;

/* Reads aligned words, so beyond a string's end but never beyond its page, and only the word that its end is in. */
__attribute__((no_sanitize("address"), no_sanitize("thread"))) static inline int add_value(struct key *key, const char *text) {
    unsigned shift = (unsigned)((uintptr_t)text & 7) * 8;
    const any_word *at = (const any_word *)((uintptr_t)text & ~(uintptr_t)7);
    uint64_t word = *at;
    if (shift == 0) {
        uint64_t nul;
        for (; !(nul = nul_bytes(word)); word = *++at) {
            if (!add_word(key, word)) return 0;
        }
        return add_word(key, word & below(nul));
    }
    /* What is before the text is no end of it. */
    uint64_t nul = nul_bytes(word | (((uint64_t)1 << shift) - 1)), held = word >> shift;
    if (nul) return add_word(key, held & below(nul) >> shift);
    for (;;) {
        word = *++at;
        nul = nul_bytes(word);
        if (nul) word &= below(nul);
        if (!add_word(key, held | word << (64 - shift))) return 0;
        held = word >> shift;
        if (nul) return (unsigned)__builtin_ctzll(nul) < shift || add_word(key, held);
    }
}
#else
static inline int add_value(struct key *key, const char *text) {
    for (;;) {
        char bytes[8] = {0};
        unsigned i = 0;
        while (i < 8 && text[i]) i++;
        memcpy(bytes, text, i);
        uint64_t word;
        memcpy(&word, bytes, 8);
        if (!add_word(key, word)) return 0;
        if (i < 8) return 1;
        text += 8;
    }
}
#endif

static inline int join(struct key *key, const char *const *values, size_t count) {
    key->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!values[i] || !add_value(key, values[i])) return 0;
    }
    hash_words(key);
    return 1;
}

/* From values that 0xFF joins. */
static int split(struct key *key, size_t labels, const char *bytes, size_t length) {
    key->count = 0;
    size_t values = 1, start = 0;
    for (size_t i = 0; i <= length; i++) {
        if (i - start == 8) { /* a whole word; what is at `i` belongs to the next one */
            uint64_t word;
            memcpy(&word, bytes + start, 8);
            if (!add_word(key, word)) return 0;
            start = i;
        }
        int is_end = i == length || (unsigned char)bytes[i] == 0xFF;
        if (!is_end && bytes[i] == 0) return 0;
        if (!is_end) continue;
        uint64_t word = 0;
        if (i > start) memcpy(&word, bytes + start, i - start);
        if (!add_word(key, word)) return 0;
        start = i + 1;
        if (i < length) values++;
    }
    hash_words(key);
    return values == labels;
}

/* ---- reading ---- */

static inline int is_same(struct dyncells_table *table, struct entry *entry, const struct key *key, uint64_t size) {
    uint64_t place = atomic_load_explicit(&entry->key, memory_order_relaxed);
    size_t first = place >> 32, words = key->count;
    if ((uint32_t)place != words || first + words > size * KEY_WORDS) return 0;
    _Atomic uint64_t *stored = keys_of(table) + first;
    for (size_t i = 0; i < words; i++) {
        if (atomic_load_explicit(&stored[i], memory_order_relaxed) != key->words[i]) return 0;
    }
    return 1;
}

static inline struct entry *search(struct dyncells_table *table, const struct key *key) {
    uint64_t size = table->size;
    for (uint64_t probe = 0; probe < size; probe++) {
        struct entry *entry = &table->entries[(key->hash + probe) & (size - 1)];
        uint64_t hash = atomic_load_explicit(&entry->hash, memory_order_acquire);
        if (hash == 0) return NULL;
        if (hash == key->hash && is_same(table, entry, key, size)) return entry;
    }
    return NULL;
}

static inline uint64_t *find(const struct dyncells_index *index, const struct key *key) {
    struct dyncells_table *table = __atomic_load_n(&index->table, __ATOMIC_ACQUIRE);
    if (!table) return NULL;
    uint64_t before = atomic_load_explicit(&table->sequence, memory_order_acquire);
    if (before & 1) return NULL;
    struct entry *entry = search(table, key);
    uint64_t cell = entry ? atomic_load_explicit(&entry->cell, memory_order_acquire) : 0;
    atomic_thread_fence(memory_order_acquire);
    if (__atomic_load_n(&index->table, __ATOMIC_RELAXED) != table) return NULL;
    if (atomic_load_explicit(&table->sequence, memory_order_relaxed) != before) return NULL;
    return (uint64_t *)(uintptr_t)cell;
}

uint64_t *dyncells_find(const struct dyncells_index *index, const char *const *values, size_t count) {
    struct key key;
    /* The number counts: no value of a stored key has the byte that joins them, so others cannot look the same. */
    return count == index->labels && join(&key, values, count) ? find(index, &key) : NULL;
}

uint64_t *dyncells_find_key(const struct dyncells_index *index, const void *bytes, size_t length) {
    struct key key;
    return split(&key, index->labels, bytes, length) ? find(index, &key) : NULL;
}

uint64_t *dyncells_find_child(const void *handle, uint64_t tag, const char *const *values, size_t count) {
    const uint64_t *words = handle;
    if (dyncells_kind_of(handle) != DYNCELLS_OBJECT || dyncells_load(words, 0) != tag || !values) return NULL;
    const struct dyncells_index *index = (const struct dyncells_index *)(uintptr_t)dyncells_load(words, 2);
    return index ? dyncells_find(index, values, count) : NULL;
}

/* ---- changing: under the structure lock ---- */

static size_t bytes_of(uint64_t size) {
    return sizeof(struct dyncells_table) + size * sizeof(struct entry) + size * KEY_WORDS * 8;
}

/* Lets the pages of a large table go that nobody uses. They read as zero then: as entries that are free. */
static void let_pages_go(struct dyncells_table *table) {
    enum { PAGE = 1 << 16 }; /* the largest that any machine has */
    uintptr_t first = ((uintptr_t)table->entries + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    uintptr_t end = ((uintptr_t)table + bytes_of(table->size)) & ~(uintptr_t)(PAGE - 1);
    if (end > first) madvise((void *)first, end - first, MADV_DONTNEED);
}

static struct dyncells_table *take(uint64_t size) {
    unsigned class = (unsigned)__builtin_ctzll(size);
    struct dyncells_table *table = NULL;
    if (class >= CLASSES) return NULL;
    if (enter_pool()) {
        table = pool[class];
        if (table) pool[class] = table->next;
        leave_pool();
    }
    if (!table) {
        if (!(table = calloc(1, bytes_of(size)))) return NULL;
        table->size = size;
        atomic_store_explicit(&table->sequence, 1, memory_order_relaxed);
    }
    for (uint64_t i = 0; i < size; i++) {
        atomic_store_explicit(&table->entries[i].hash, 0, memory_order_relaxed);
        atomic_store_explicit(&table->entries[i].cell, 0, memory_order_relaxed);
    }
    table->taken = table->key_words = 0;
    return table;
}

static void publish(struct dyncells_index *index, struct dyncells_table *table) {
    struct dyncells_table *old = index->table;
    if (table) atomic_fetch_add_explicit(&table->sequence, 1, memory_order_release);
    __atomic_store_n(&index->table, table, __ATOMIC_RELEASE);
    if (!old) return;
    atomic_fetch_add_explicit(&old->sequence, 1, memory_order_seq_cst);
    atomic_thread_fence(memory_order_release); /* who sees it filled for another index sees the number */
    let_pages_go(old);
    unsigned class = (unsigned)__builtin_ctzll(old->size);
    if (!enter_pool()) return;
    old->next = pool[class];
    pool[class] = old;
    leave_pool();
}

static int has_room(const struct dyncells_table *table, size_t words) {
    return table->taken < table->size - table->size / 4 && table->key_words + words <= table->size * KEY_WORDS;
}

static void insert(struct dyncells_table *table, const struct key *key, uint64_t cell) {
    size_t words = key->count;
    uint64_t first = table->key_words;
    for (size_t i = 0; i < words; i++) {
        atomic_store_explicit(&keys_of(table)[first + i], key->words[i], memory_order_relaxed);
    }
    table->key_words += words;
    table->taken++;
    uint64_t at = key->hash;
    while (atomic_load_explicit(&table->entries[at & (table->size - 1)].hash, memory_order_relaxed) != 0) at++;
    struct entry *entry = &table->entries[at & (table->size - 1)];
    atomic_store_explicit(&entry->cell, cell, memory_order_relaxed);
    atomic_store_explicit(&entry->key, first << 32 | words, memory_order_relaxed);
    atomic_store_explicit(&entry->hash, key->hash, memory_order_release);
}

/* A table with the entries of `old` that are in use, and room for one more key of `words`. */
static struct dyncells_table *rebuilt(struct dyncells_table *old, size_t words) {
    uint64_t live = 1, key_words = words;
    for (uint64_t i = 0; old && i < old->size; i++) {
        struct entry *entry = &old->entries[i];
        if (!atomic_load_explicit(&entry->cell, memory_order_relaxed)) continue;
        live++;
        key_words += (uint32_t)atomic_load_explicit(&entry->key, memory_order_relaxed);
    }
    uint64_t size = SMALLEST;
    while (size / 2 < live || size * KEY_WORDS < 2 * key_words) size *= 2;
    struct dyncells_table *table = take(size);
    for (uint64_t i = 0; table && old && i < old->size; i++) {
        struct entry *entry = &old->entries[i];
        uint64_t cell = atomic_load_explicit(&entry->cell, memory_order_relaxed);
        if (!cell) continue;
        uint64_t place = atomic_load_explicit(&entry->key, memory_order_relaxed);
        struct key key;
        for (size_t word = 0; word < (uint32_t)place; word++) {
            key.words[word] = atomic_load_explicit(&keys_of(old)[(place >> 32) + word], memory_order_relaxed);
        }
        key.count = (uint32_t)place;
        key.hash = atomic_load_explicit(&entry->hash, memory_order_relaxed);
        insert(table, &key, cell);
    }
    return table;
}

void dyncells_put(struct dyncells_index *index, const void *bytes, size_t length, uint64_t *cell) {
    struct key key;
    if (!split(&key, index->labels, bytes, length)) return;
    struct entry *known = index->table ? search(index->table, &key) : NULL;
    if (known) {
        atomic_store_explicit(&known->cell, (uint64_t)(uintptr_t)cell, memory_order_release);
        return;
    }
    if (!index->table || !has_room(index->table, key.count)) {
        struct dyncells_table *table = rebuilt(index->table, key.count);
        if (!table) return;
        insert(table, &key, (uint64_t)(uintptr_t)cell);
        publish(index, table);
        return;
    }
    insert(index->table, &key, (uint64_t)(uintptr_t)cell);
}

void dyncells_remove(struct dyncells_index *index, const void *bytes, size_t length) {
    struct key key;
    if (!index->table || !split(&key, index->labels, bytes, length)) return;
    struct entry *entry = search(index->table, &key);
    if (entry) atomic_store_explicit(&entry->cell, 0, memory_order_release);
}

void dyncells_remove_all_of(struct dyncells_index *index, uint64_t *const *cells, size_t count) {
    if (!index->table || count == 0) return;
    uintptr_t lowest = UINTPTR_MAX, highest = 0;
    for (size_t i = 0; i < count; i++) {
        uintptr_t address = (uintptr_t)cells[i];
        if (address < lowest) lowest = address;
        if (address > highest) highest = address;
    }
    /* A bit for each word between them; cells of one metric lie near to each other. */
    uint64_t *bits = calloc((highest - lowest) / 512 + 1, 8);
    for (size_t i = 0; bits && i < count; i++) {
        size_t word = ((uintptr_t)cells[i] - lowest) / 8;
        bits[word / 64] |= 1ull << (word % 64);
    }
    for (uint64_t at = 0; at < index->table->size; at++) {
        struct entry *entry = &index->table->entries[at];
        uintptr_t cell = (uintptr_t)atomic_load_explicit(&entry->cell, memory_order_relaxed);
        if (cell < lowest || cell > highest) continue;
        size_t word = (cell - lowest) / 8, is_one = bits ? bits[word / 64] >> (word % 64) & 1 : 0;
        for (size_t i = 0; !bits && !is_one && i < count; i++) is_one = (uintptr_t)cells[i] == cell; /* no memory: slowly */
        if (is_one) atomic_store_explicit(&entry->cell, 0, memory_order_release);
    }
    free(bits);
}

void dyncells_clear(struct dyncells_index *index) {
    if (index->table) publish(index, NULL);
}

// w1, w1z, w2, w4 and w5: tables of fixed size indexed by a multiplicative hash, one per window or pane.
#include "CReference.h"
#include "draw.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct { uint64_t key1; int64_t count, sum, max; } entry;  // key1 = key + 1; 0 is empty
typedef struct { entry *table; int64_t start; int used; } pane;

static reference_result result;

static void *zeroed(size_t bytes) {
    void *memory = NULL;
    if (posix_memalign(&memory, 4096, bytes)) abort();
    memset(memory, 0, bytes);
    return memory;
}

static inline entry *find(entry *table, int bits, uint64_t key) {
    uint64_t mask = (1ULL << bits) - 1, i = (key * GOLDEN) >> (64 - bits);
    while (table[i].key1 != key + 1) {
        if (!table[i].key1) { table[i].key1 = key + 1; break; }
        i = (i + 1) & mask;
    }
    return &table[i];
}

// ---- Tumbling windows of 10 s: at most four are open.
enum { W1_BITS = 17, W1_WINDOWS = 4 };
static pane w1[W1_WINDOWS];
static int64_t greatest, next_close;

static void w1_flush(pane *window) {
    for (uint64_t i = 0; i < 1u << W1_BITS; i++) {
        entry *e = &window->table[i];
        if (!e->key1) continue;
        uint64_t h = row4((uint64_t)window->start, e->key1 - 1, (uint64_t)e->count, (uint64_t)e->sum);
        result.checksum += mix(h ^ (uint64_t)e->max);
        result.rows++;
    }
    memset(window->table, 0, sizeof(entry) << W1_BITS);
    window->used = 0;
}

static inline void w1_add(uint64_t key, int64_t time, int64_t amount) {
    if (time > greatest) {
        greatest = time;
        while (greatest - 1000 >= next_close) {
            pane *window = &w1[(next_close / 10000 - 1) & (W1_WINDOWS - 1)];
            if (window->used && window->start == next_close - 10000) w1_flush(window);
            next_close += 10000;
        }
    }
    int64_t start = time - time % 10000;
    pane *window = &w1[(start / 10000) & (W1_WINDOWS - 1)];
    if (!window->used) { window->used = 1; window->start = start; }
    entry *e = find(window->table, W1_BITS, key);
    e->count++;
    e->sum += amount;
    if (amount > e->max) e->max = amount;
}

static void w1_begin(void) {
    for (int i = 0; i < W1_WINDOWS; i++) {
        if (!w1[i].table) w1[i].table = zeroed(sizeof(entry) << W1_BITS);
        w1[i].used = 0;
    }
    greatest = 0;
    next_close = BASE + 10000;
}

static void w1_end(void) { for (int i = 0; i < W1_WINDOWS; i++) if (w1[i].used) w1_flush(&w1[i]); }

static void run_w1(uint64_t events, int hot) {
    for (uint64_t i = 0; i < events; i++) {
        uint64_t r = draw(1, i);
        w1_add(hot ? zipf_of(r) : key_of(r, 100000), BASE + (int64_t)(i / 1000) + jitter_of(r),
               amount_of(r));
    }
    w1_end();
}

// ---- Windows of 60 s every 5 s, from panes of 5 s.
enum { W2_BITS = 15, W2_PANES = 16 };
static pane w2[W2_PANES];
static entry *w2_window;

static void w2_fire(int64_t end) {
    int any = 0;
    for (int64_t start = end - 60000; start < end; start += 5000) {
        pane *p = &w2[(start / 5000) & (W2_PANES - 1)];
        if (!p->used || p->start != start) continue;
        any = 1;
        for (uint64_t i = 0; i < 1u << W2_BITS; i++) {
            if (!p->table[i].key1) continue;
            entry *e = find(w2_window, W2_BITS, p->table[i].key1 - 1);
            e->count += p->table[i].count;
            e->sum += p->table[i].sum;
        }
    }
    if (any) {
        for (uint64_t i = 0; i < 1u << W2_BITS; i++) {
            entry *e = &w2_window[i];
            if (!e->key1) continue;
            result.checksum += row4((uint64_t)(end - 60000), e->key1 - 1, (uint64_t)e->count, (uint64_t)e->sum);
            result.rows++;
        }
        memset(w2_window, 0, sizeof(entry) << W2_BITS);
    }
    pane *oldest = &w2[((end - 60000) / 5000) & (W2_PANES - 1)];
    if (oldest->used && oldest->start == end - 60000) {
        memset(oldest->table, 0, sizeof(entry) << W2_BITS);
        oldest->used = 0;
    }
}

static void run_w2(uint64_t events) {
    int64_t next = BASE + 5000, most = 0;
    for (uint64_t i = 0; i < events; i++) {
        uint64_t r = draw(2, i);
        int64_t time = BASE + (int64_t)(i / 100) + jitter_of(r);
        if (time > most) {
            most = time;
            for (; most - 1000 >= next; next += 5000) w2_fire(next);
        }
        int64_t start = time - time % 5000;
        pane *p = &w2[(start / 5000) & (W2_PANES - 1)];
        if (!p->used) { p->used = 1; p->start = start; }
        entry *e = find(p->table, W2_BITS, key_of(r, 10000));
        e->count++;
        e->sum += amount_of(r);
    }
    for (int64_t end = most + 65000; next <= end; next += 5000) w2_fire(next);
}

// ---- A running sum per key over 5,000,000 keys.
typedef struct { uint64_t key1; int64_t sum; } total;
enum { W4_BITS = 23 };

static void run_w4(uint64_t events, total *table) {
    uint64_t mask = (1ULL << W4_BITS) - 1;
    for (uint64_t n = 0; n < events; n++) {
        uint64_t r = draw(4, n), key = key_of(r, 5000000), i = (key * GOLDEN) >> (64 - W4_BITS);
        while (table[i].key1 != key + 1) {
            if (!table[i].key1) { table[i].key1 = key + 1; break; }
            i = (i + 1) & mask;
        }
        table[i].sum += amount_of(r);
    }
    for (uint64_t i = 0; i <= mask; i++) {
        if (!table[i].key1) continue;
        result.checksum += mix(mix(table[i].key1 - 1) ^ (uint64_t)table[i].sum);
        result.rows++;
    }
}

void reference_sessions(uint64_t events, reference_result *into);

reference_result reference_run(const char *name, uint64_t events) {
    result = (reference_result){0, 0, 0};
    total *totals = NULL;
    w1_begin();
    for (int i = 0; i < W2_PANES && !strcmp(name, "w2"); i++) {
        if (!w2[i].table) w2[i].table = zeroed(sizeof(entry) << W2_BITS);
    }
    if (!w2_window) w2_window = zeroed(sizeof(entry) << W2_BITS);
    if (!strcmp(name, "w4")) totals = zeroed(sizeof(total) << W4_BITS);
    double began = seconds_now();
    if (!strcmp(name, "w1")) run_w1(events, 0);
    if (!strcmp(name, "w1z")) run_w1(events, 1);
    if (!strcmp(name, "w2")) run_w2(events);
    if (!strcmp(name, "w3")) reference_sessions(events, &result);
    if (!strcmp(name, "w4")) run_w4(events, totals);
    result.seconds = seconds_now() - began;
    free(totals);
    return result;
}

// ---- JSON: a scanner for exactly the lines that `reference_write_json` writes.
static int64_t days(int64_t y, int64_t m, int64_t d) {
    y -= m <= 2;
    int64_t era = y / 400, year = y - era * 400, day = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + year * 365 + year / 4 - year / 100 + day - 719468;
}
static int64_t number(const char *p, int width) {
    int64_t value = 0;
    while (width--) value = value * 10 + (*p++ - '0');
    return value;
}

static void json_line(char *p, char *end) {
    uint64_t key = 0;
    int64_t time = 0, cents = 0;
    p++;
    while (p < end && *p != '}') {
        char *name = ++p;
        p = memchr(p, '"', (size_t)(end - p));
        size_t length = (size_t)(p - name);
        char *value = p += 2;
        if (*p == '"') {
            do p = memchr(p + 1, '"', (size_t)(end - p)); while (p[-1] == '\\');
            p++;
        } else {
            while (*p != ',' && *p != '}') p++;
        }
        if (length == 10 && !memcmp(name, "product_id", 10)) {
            for (char *c = value; c < p; c++) key = key * 10 + (uint64_t)(*c - '0');
        } else if (length == 5 && !memcmp(name, "price", 5)) {
            for (char *c = value; c < p; c++) if (*c != '.') cents = cents * 10 + (*c - '0');
        } else if (length == 9 && !memcmp(name, "timestamp", 9)) {
            if (*value == '"') {
                char *t = value + 1;
                int64_t day = days(number(t, 4), number(t + 5, 2), number(t + 8, 2));
                int64_t minute = (day * 24 + number(t + 11, 2)) * 60 + number(t + 14, 2);
                time = (minute * 60 + number(t + 17, 2)) * 1000 + number(t + 20, 3);
            } else {
                for (char *c = value; c < p; c++) time = time * 10 + (*c - '0');
            }
        }
        if (*p == ',') p++;
    }
    w1_add(key, time, cents);
}

reference_result reference_run_file(const char *path, uint64_t events) {
    result = (reference_result){0, 0, -1};
    int file = open(path, O_RDONLY);
    if (file < 0) return result;
    w1_begin();
    double began = seconds_now();
    size_t capacity = 1 << 20, length = 0;
    char *buffer = malloc(capacity);
    uint64_t seen = 0;
    ssize_t got;
    while (seen < events && (got = read(file, buffer + length, capacity - length)) > 0) {
        length += (size_t)got;
        char *p = buffer, *end = buffer + length, *line;
        for (; seen < events && (line = memchr(p, '\n', (size_t)(end - p))); p = line + 1, seen++) json_line(p, line);
        length = (size_t)(end - p);
        memmove(buffer, p, length);
    }
    w1_end();
    result.seconds = seconds_now() - began;
    free(buffer);
    close(file);
    return result;
}

double reference_peak_megabytes(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return (double)usage.ru_maxrss / (1024.0 * 1024.0);
#else
    return (double)usage.ru_maxrss / 1024.0;
#endif
}

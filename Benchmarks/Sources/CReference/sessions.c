// w3: at most two open sessions per user, and a wheel of one-second buckets that looks at a user when the
// first of them may have ended.
#include "CReference.h"
#include "draw.h"
#include <stdlib.h>
#include <string.h>

typedef struct { int64_t first, last, count; } session;
typedef struct { uint64_t key1; session open[2]; int count; uint32_t next; } user;

enum { BITS = 19, GAP = 30000, BUCKETS = 64 };
static user *users;
static uint32_t wheel[BUCKETS];
static int64_t second;

static inline void watch(uint32_t slot) {
    user *u = &users[slot];
    int64_t last = u->open[0].last;
    if (u->count > 1 && u->open[1].last < last) last = u->open[1].last;
    int64_t bucket = ((last + GAP) / 1000 + 1) & (BUCKETS - 1);
    u->next = wheel[bucket];
    wheel[bucket] = slot + 1;
}

static void expire(int64_t watermark, int all, reference_result *into) {
    int64_t end = watermark / 1000 + (all ? BUCKETS : 0);
    for (; second <= end; second++) {
        uint32_t next = wheel[second & (BUCKETS - 1)];
        wheel[second & (BUCKETS - 1)] = 0;
        while (next) {
            uint32_t slot = next - 1;
            user *u = &users[slot];
            next = u->next;
            for (int i = 0; i < u->count;) {
                session *s = &u->open[i];
                if (!all && s->last + GAP > watermark) { i++; continue; }
                into->checksum += row4((uint64_t)s->first, u->key1 - 1, (uint64_t)s->count, (uint64_t)(s->last + GAP));
                into->rows++;
                *s = u->open[--u->count];
            }
            if (u->count) watch(slot);
        }
    }
}

static void extend(user *u, int64_t time) {
    int found = -1;
    for (int i = 0; i < u->count; i++) {
        session *s = &u->open[i];
        if (time >= s->last + GAP || time + GAP <= s->first) continue;
        if (found < 0) {
            found = i;
            if (time < s->first) s->first = time;
            if (time > s->last) s->last = time;
            s->count++;
        } else {
            session *t = &u->open[found];
            if (s->first < t->first) t->first = s->first;
            if (s->last > t->last) t->last = s->last;
            t->count += s->count;
            *s = u->open[--u->count];
            i--;
        }
    }
    if (found >= 0) return;
    if (u->count == 2) abort();
    u->open[u->count++] = (session){time, time, 1};
}

void reference_sessions(uint64_t events, reference_result *into) {
    users = calloc(1u << BITS, sizeof(user));
    memset(wheel, 0, sizeof wheel);
    second = BASE / 1000;
    int64_t greatest = 0;
    for (uint64_t n = 0; n < events; n++) {
        uint64_t r = draw(3, n), mask = (1ULL << BITS) - 1;
        int64_t base = (int64_t)(n / 10), time = BASE + base + jitter_of(r);
        uint64_t key = key_of(r, 50000) * 4 + (uint64_t)((base / 60000) & 3);
        uint64_t i = (key * GOLDEN) >> (64 - BITS);
        while (users[i].key1 != key + 1) {
            if (!users[i].key1) { users[i].key1 = key + 1; break; }
            i = (i + 1) & mask;
        }
        int was_open = users[i].count;
        extend(&users[i], time);
        if (!was_open) watch((uint32_t)i);
        if (time > greatest) {
            greatest = time;
            if ((greatest - 1001) / 1000 >= second) expire(greatest - 1001, 0, into);
        }
    }
    expire(greatest + GAP + 2000, 1, into);
    free(users);
}

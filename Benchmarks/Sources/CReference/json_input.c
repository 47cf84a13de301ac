// The input of w5: a line of JSON per event, which depends on its number alone.
#include "CReference.h"
#include "draw.h"
#include <stdio.h>

int reference_write_json(const char *path, uint64_t events, int iso) {
    static const char *types[4] = {"view", "click", "add_to_cart", "purchase"};
    FILE *file = fopen(path, "w");
    if (!file) return -1;
    for (uint64_t i = 0; i < events; i++) {
        uint64_t r = draw(5, i), id = mix(r ^ GOLDEN), product = key_of(r, 100000);
        int64_t time = BASE + (int64_t)(i / 100) + jitter_of(r), cents = amount_of(r);
        char text[40];
        if (iso) {
            time_t second = (time_t)(time / 1000);
            struct tm parts;
            gmtime_r(&second, &parts);
            int n = (int)strftime(text, sizeof text, "\"%Y-%m-%dT%H:%M:%S", &parts);
            snprintf(text + n, sizeof text - (size_t)n, ".%03dZ\"", (int)(time % 1000));
        } else {
            snprintf(text, sizeof text, "%lld", (long long)time);
        }
        fprintf(file,
                "{\"event_id\":\"%016llx\",\"event_type\":\"%s\",\"user_id\":%llu,\"session_id\":\"s%08x\","
                "\"product_id\":%llu,\"category\":\"cat-%llu\",\"price\":%lld.%02lld,\"timestamp\":%s,"
                "\"page_url\":\"/p/%llu?ref=%x\",\"user_agent\":\"Mozilla/5.0 (X11)\"}\n",
                (unsigned long long)id, types[id & 3],
                (unsigned long long)((((r >> 12) & 0xFFFFFFFFULL) * 1000000) >> 32), (unsigned)(id >> 32),
                (unsigned long long)product, (unsigned long long)(product % 50), (long long)(cents / 100),
                (long long)(cents % 100), text, (unsigned long long)product, (unsigned)(id >> 40) & 0xFFFF);
    }
    return fclose(file);
}

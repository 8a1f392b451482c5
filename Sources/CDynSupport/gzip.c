/* Gzip bodies by the system's zlib, looked for at run time: a process without it is served plain pages, and nobody needs
 * its headers to build this. The few declarations below have stood unchanged since zlib 1.0. */
#include "CDynSupport.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

struct stream {
    const unsigned char *next_in;
    unsigned int available_in;
    unsigned long total_in;
    unsigned char *next_out;
    unsigned int available_out;
    unsigned long total_out;
    const char *message;
    void *state;
    void *(*allocate)(void *, unsigned int, unsigned int);
    void (*release)(void *, void *);
    void *opaque;
    int data_type;
    unsigned long checksum;
    unsigned long reserved;
};

enum { OK = 0, STREAM_END = 1, FINISH = 4, DEFLATED = 8, GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int (*begin)(struct stream *, int, int, int, int, int, const char *, int);
static int (*deflate)(struct stream *, int);
static int (*end)(struct stream *);
static unsigned long (*bound)(struct stream *, unsigned long);

static void load(void) {
    void *zlib = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!zlib) return;
    *(void **)&deflate = dlsym(zlib, "deflate");
    *(void **)&end = dlsym(zlib, "deflateEnd");
    *(void **)&bound = dlsym(zlib, "deflateBound");
    *(void **)&begin = dlsym(zlib, "deflateInit2_");
}

int dynsupport_gzip_load(void) {
    pthread_once(&once, load);
    return begin && deflate && end && bound;
}

void *dynsupport_gzip(const void *data, size_t length, int level, size_t *compressed) {
    struct stream stream = {.next_in = data, .available_in = (unsigned int)length};
    if (length > INT_MAX || !dynsupport_gzip_load()) return NULL;
    if (begin(&stream, level, DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, 0, "1", (int)sizeof stream) != OK) return NULL;

    unsigned long room = bound(&stream, (unsigned long)length);
    unsigned char *body = room <= UINT_MAX ? malloc(room) : NULL;
    stream.next_out = body;
    stream.available_out = (unsigned int)room;
    int status = body ? deflate(&stream, FINISH) : OK;
    *compressed = stream.total_out;
    end(&stream);
    if (status == STREAM_END) return body;
    free(body);
    return NULL;
}

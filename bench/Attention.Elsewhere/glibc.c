#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

char __libc_single_threaded = 0;
unsigned __cpu_model[4];
int __cpu_indicator_init(void) { return 0; }

size_t __strftime_l(char *to, size_t most, const char *format, const struct tm *time, locale_t locale)
{
    return strftime_l(to, most, format, time, locale);
}

uint32_t arc4random(void)
{
    uint32_t value = 0;
    getrandom(&value, sizeof value, 0);
    return value;
}

struct ending { struct ending *next; void (*run)(void *); void *object; };
static pthread_key_t endings;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void run_endings(void *first)
{
    for (struct ending *it = first, *next; it; it = next)
    {
        next = it->next;
        it->run(it->object);
        free(it);
    }
}

static void make_key(void) { pthread_key_create(&endings, run_endings); }

int __cxa_thread_atexit_impl(void (*run)(void *), void *object, void *library)
{
    (void)library;
    pthread_once(&once, make_key);
    struct ending *it = malloc(sizeof *it);
    if (!it)
        return -1;
    *it = (struct ending){ pthread_getspecific(endings), run, object };
    return pthread_setspecific(endings, it);
}

struct search { uintptr_t address; struct dl_find_object *found; };

static int look(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    struct search *search = data;
    uintptr_t start = UINTPTR_MAX, end = 0, frames = 0;
    int is_inside = 0;
    for (int i = 0; i < info->dlpi_phnum; i++)
    {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + part->p_vaddr, to = from + part->p_memsz;
        if (part->p_type == PT_GNU_EH_FRAME)
            frames = from;
        if (part->p_type != PT_LOAD)
            continue;
        is_inside |= search->address >= from && search->address < to;
        start = from < start ? from : start;
        end = to > end ? to : end;
    }
    if (!is_inside || !frames)
        return 0;
    *search->found = (struct dl_find_object){ .dlfo_map_start = (void *)start, .dlfo_map_end = (void *)end, .dlfo_eh_frame = (void *)frames };
    return 1;
}

int _dl_find_object(void *address, struct dl_find_object *found)
{
    struct search search = { (uintptr_t)address, found };
    return dl_iterate_phdr(look, &search) ? 0 : -1;
}

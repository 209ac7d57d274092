/*
 * The methods of the Java class that hev-socks5-tunnel is called from, of both generations:
 *
 *   TProxyStartService (String, int) → void, later boolean     TProxyIsRunning () → boolean (later only)
 *   TProxyStopService () → void, later boolean                 TProxyGetStats () → long[4]
 *
 * The class says which: each method is registered as the later generation declares it, else as the earlier one does.
 * A boolean that nobody takes does no harm. The tables of the Java Native Interface are used by position, so that
 * this builds without a JDK (The Java Native Interface Specification, chapters 4 and 5: the index stands at each function).
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "border.h"
#include "hev-socks5-tunnel.h"

#ifndef PENSTOCK_JNI_PACKAGE
#define PENSTOCK_JNI_PACKAGE hev/htproxy
#endif
#ifndef PENSTOCK_JNI_CLASS
#define PENSTOCK_JNI_CLASS TProxyService
#endif
#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF (name)

#define EXPORT __attribute__ ((visibility ("default")))

typedef void *const *java_env; /* JNIEnv: a pointer to its table */
typedef void *java_object;

struct native_method {
    const char *name;
    const char *signature;
    void *function;
};

enum { VERSION_1_4 = 0x00010004 };

/* Positions in the table of JNIEnv. */
enum {
    FIND_CLASS = 6,
    EXCEPTION_CLEAR = 17,
    GET_STRING_UTF_CHARS = 169,
    RELEASE_STRING_UTF_CHARS = 170,
    NEW_LONG_ARRAY = 180,
    SET_LONG_ARRAY_REGION = 212,
    REGISTER_NATIVES = 215
};

/* Position in the table of JavaVM. */
enum { GET_ENV = 6 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct border_run run; /* of the worker, until it is joined */
static pthread_t worker;
static int has_worker;
static char *path;

static void *
at (java_env *env, int position)
{
    return (*env)[position];
}

static char *
copy_text (java_env *env, java_object text)
{
    const char *(*get) (java_env *, java_object, uint8_t *) =
        (const char *(*)(java_env *, java_object, uint8_t *))at (env, GET_STRING_UTF_CHARS);
    void (*release) (java_env *, java_object, const char *) =
        (void (*)(java_env *, java_object, const char *))at (env, RELEASE_STRING_UTF_CHARS);
    const char *bytes = text != NULL ? get (env, text, NULL) : NULL;
    char *copy = bytes != NULL ? strdup (bytes) : NULL;

    if (bytes != NULL)
        release (env, text, bytes);
    return copy;
}

/* With the lock held. */
static void
join_worker (void)
{
    if (!has_worker)
        return;
    pthread_join (worker, NULL);
    has_worker = 0;
    free (path);
    path = NULL;
}

/* True: a worker was started, which may still fail. False: a run is going on, or no worker could be started. */
static uint8_t
start_service (java_env *env, java_object type, java_object config_path, int32_t tun_fd)
{
    uint8_t started = 0;

    (void)type;
    pthread_mutex_lock (&lock);
    if (!border_is_running ()) {
        join_worker ();
        path = copy_text (env, config_path);
        if (path != NULL) {
            run = (struct border_run){ path, strlen (path), 1, tun_fd, -1, -1 };
            started = has_worker = border_start (&run, &worker) == 0;
        }
        if (!started) {
            free (path);
            path = NULL;
        }
    }
    pthread_mutex_unlock (&lock);
    return started;
}

static uint8_t
stop_service (java_env *env, java_object type)
{
    (void)env;
    (void)type;
    pthread_mutex_lock (&lock);
    if (has_worker) {
        hev_socks5_tunnel_quit ();
        join_worker ();
    }
    pthread_mutex_unlock (&lock);
    return 1;
}

static uint8_t
is_running (java_env *env, java_object type)
{
    (void)env;
    (void)type;
    return border_is_running () != 0;
}

static java_object
get_stats (java_env *env, java_object type)
{
    java_object (*make) (java_env *, int32_t) = (java_object (*)(java_env *, int32_t))at (env, NEW_LONG_ARRAY);
    void (*fill) (java_env *, java_object, int32_t, int32_t, const int64_t *) =
        (void (*)(java_env *, java_object, int32_t, int32_t, const int64_t *))at (env, SET_LONG_ARRAY_REGION);
    size_t four[4];
    int64_t values[4];
    java_object array = make (env, 4);

    (void)type;
    if (array == NULL)
        return NULL; /* an OutOfMemoryError is on its way */
    hev_socks5_tunnel_stats (&four[0], &four[1], &four[2], &four[3]);
    for (int i = 0; i < 4; i++)
        values[i] = (int64_t)four[i];
    fill (env, array, 0, 4, values);
    return array;
}

static int
register_method (java_env *env, java_object type, const char *name, const char *signature, void *function)
{
    int32_t (*register_natives) (java_env *, java_object, const struct native_method *, int32_t) =
        (int32_t (*)(java_env *, java_object, const struct native_method *, int32_t))at (env, REGISTER_NATIVES);
    void (*clear) (java_env *) = (void (*)(java_env *))at (env, EXCEPTION_CLEAR);
    const struct native_method method = { name, signature, function };

    if (register_natives (env, type, &method, 1) == 0)
        return 1;
    clear (env); /* NoSuchMethodError: the class declares it otherwise, or not at all */
    return 0;
}

EXPORT int32_t
JNI_OnLoad (java_env *vm, void *reserved)
{
    int32_t (*get_env) (java_env *, java_env **, int32_t) = (int32_t (*)(java_env *, java_env **, int32_t))at (vm, GET_ENV);
    java_env *env = NULL;
    java_object (*find_class) (java_env *, const char *);
    java_object type;

    (void)reserved;
    if (get_env (vm, &env, VERSION_1_4) != 0 || env == NULL)
        return -1;
    find_class = (java_object (*)(java_env *, const char *))at (env, FIND_CLASS);
    type = find_class (env, TEXT (PENSTOCK_JNI_PACKAGE) "/" TEXT (PENSTOCK_JNI_CLASS));
    if (type == NULL) {
        /* A program that loads the library for its C functions has no such class. */
        ((void (*)(java_env *))at (env, EXCEPTION_CLEAR)) (env);
        return VERSION_1_4;
    }
    if (!register_method (env, type, "TProxyStartService", "(Ljava/lang/String;I)Z", (void *)start_service))
        register_method (env, type, "TProxyStartService", "(Ljava/lang/String;I)V", (void *)start_service);
    if (!register_method (env, type, "TProxyStopService", "()Z", (void *)stop_service))
        register_method (env, type, "TProxyStopService", "()V", (void *)stop_service);
    register_method (env, type, "TProxyIsRunning", "()Z", (void *)is_running);
    register_method (env, type, "TProxyGetStats", "()[J", (void *)get_stats);
    return VERSION_1_4;
}

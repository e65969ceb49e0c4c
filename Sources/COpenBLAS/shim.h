#include <cblas.h>

// Exported by an OpenBLAS that chooses its kernels at run time; absent from others.
void gotoblas_dynamic_init(void) __attribute__((weak));
void gotoblas_dynamic_quit(void) __attribute__((weak));

void blas_thread_shutdown_(void) __attribute__((weak));

/// Ends the threads that OpenBLAS starts when it is loaded, which spin for a while.
static inline void martlet_end_blas_threads(void) {
    openblas_set_num_threads(1);
    if (blas_thread_shutdown_) blas_thread_shutdown_();
}

/// Has OpenBLAS choose its kernels anew, which heeds OPENBLAS_CORETYPE. Before its first use, while
/// there is one thread. Returns 0 if it cannot.
static inline int martlet_choose_blas_kernels(void) {
    if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit) return 0;
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    return 1;
}

// What the build knows about itself.
#ifndef MARTLET_CBUILD_H
#define MARTLET_CBUILD_H

/// The commit that the program was built from, or an empty text where the build was not told
/// (MARTLET_COMMIT in its environment, which `make` sets).
const char *martlet_build_commit(void);

#endif

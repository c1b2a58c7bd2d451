/* SPDX-License-Identifier: Apache-2.0 */
/* uncounted.h - marks code that is no edge for an engine to explore; gcc has no such engine. */
#ifndef FUZZ_UNCOUNTED_H
#define FUZZ_UNCOUNTED_H

#if defined(__clang__)
#define FUZZ_UNCOUNTED __attribute__((no_sanitize("coverage")))
#else
#define FUZZ_UNCOUNTED
#endif

#endif /* FUZZ_UNCOUNTED_H */

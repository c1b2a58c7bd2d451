/* SPDX-License-Identifier: Apache-2.0 */
/* browser.h - a page in headless Chromium. The plain browser lays nothing out under 500 px, so
 * it is chromium-headless-shell or nothing. */
#ifndef SIGNOFF_BROWSER_H
#define SIGNOFF_BROWSER_H

/* browser_probe is the script that judges a page, as an element. */
extern const char browser_probe[];

#endif /* SIGNOFF_BROWSER_H */

/* SPDX-License-Identifier: Apache-2.0 */
/* rtos_verbs.h - what `gonogo rtos` can do; argv[0] is the verb, the result an exit status. */
#ifndef RTOS_VERBS_H
#define RTOS_VERBS_H

int rtos_explore_main(int argc, char **argv);
int rtos_audit_main(int argc, char **argv);

#endif /* RTOS_VERBS_H */

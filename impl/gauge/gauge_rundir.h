/* SPDX-License-Identifier: Apache-2.0 */
/* gauge_rundir.h - which folders are runs, and how old ones are removed. Private to impl/gauge and
 * its suites. */
#ifndef GAUGE_RUNDIR_H
#define GAUGE_RUNDIR_H

#define GAUGE_RUN_MARK ".gonogo-run" /* in each folder that gng_rundir_open made */
#define GAUGE_RUNS_KEPT 10

/* gauge_run_stamp returns the time in the name of a run of any kind, "YYYYMMDDThhmmss.mmmZ-<pid>",
 * which is part of name; NULL if that is no folder of runs_fd with the mark, or a link. */
const char *gauge_run_stamp(int runs_fd, const char *name);

/*
 * gauge_prune removes all but the newest GAUGE_RUNS_KEPT runs of a kind from the folder
 * runs_fd; keep is never removed. A run is a folder named <kind>-<stamp>-<pid> that holds
 * the mark: links are not followed, and anything else is left alone. What cannot be removed
 * stays: an old run in the way is no reason to refuse a new one.
 */
void gauge_prune(int runs_fd, const char *kind, const char *keep);

#endif /* GAUGE_RUNDIR_H */

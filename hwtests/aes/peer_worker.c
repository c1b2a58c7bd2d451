/* SPDX-License-Identifier: Apache-2.0 */
/* peer_worker.c - one adapter at one job: new keys and batches, for this process and for others. */
#include "peer.h"

const char *const peer_modes[] = {
	[PEER_ECB_ENCRYPT] = "ecb", [PEER_CBC_ENCRYPT] = "cbc", [PEER_CBC_DECRYPT] = "cbc-decrypt",
	[PEER_CTR] = "ctr",	    [PEER_GCM_SEAL] = "gcm",	[PEER_GCM_OPEN] = "gcm-open",
	[PEER_NUM_MODES] = NULL};

bool peer_is_gcm(const struct peer_job *job)
{
	return job->mode == PEER_GCM_SEAL || job->mode == PEER_GCM_OPEN;
}

bool peer_encrypts(const struct peer_job *job)
{
	return job->mode != PEER_CBC_DECRYPT && job->mode != PEER_GCM_OPEN;
}

size_t peer_stride(const struct peer_job *job)
{
	return job->len + (job->mode == PEER_GCM_SEAL ? PEER_TAG : 0);
}

enum gng_status peer_worker_open(struct peer_worker *worker, char title[PEER_TITLE_CAP],
				 const struct peer_adapter *adapter, void *library,
				 const struct peer_job *job, struct gng_why *why)
{
	worker->adapter = adapter;
	worker->whole = job;
	worker->job = *job;
	return adapter->open(&worker->state, title, library,
			     adapter == &peer_remote ? job : &worker->job, why);
}

static bool work_one_by_one(struct peer_worker *worker)
{
	const struct peer_job *whole = worker->whole;
	const size_t stride = peer_stride(whole);
	bool ok = true;

	for (size_t i = 0; i < whole->num_messages && ok; i++) {
		worker->job.in = whole->in + i * whole->len;
		worker->job.out = whole->out + i * stride;
		ok = worker->adapter->work(worker->state);
	}
	return ok;
}

bool peer_worker_work(void *state)
{
	struct peer_worker *worker = state;
	const struct peer_adapter *adapter = worker->adapter;

	if (adapter == &peer_remote) /* its process does all of it */
		return adapter->work(worker->state);
	if (worker->whole->fresh && !adapter->rekey(worker->state))
		return false;
	if (worker->whole->num_messages == 1)
		return adapter->work(worker->state);
	return adapter->batch ? adapter->batch(worker->state, worker->whole)
			      : work_one_by_one(worker);
}

void peer_worker_close(struct peer_worker *worker)
{
	worker->adapter->close(worker->state);
}

struct gng_bench_contestant peer_worker_contestant(struct peer_worker *worker, const char *name)
{
	struct gng_bench_contestant made = {.name = name,
					    .work = peer_worker_work,
					    .state = worker,
					    .out = worker->whole->out,
					    .yardstick = worker->adapter->yardstick};

	if (worker->adapter == &peer_remote) {
		made.work = worker->adapter->work;
		made.state = worker->state;
		made.time_ns = peer_remote_time_ns;
		made.cpu_s = peer_remote_cpu_s;
		made.complaint = peer_remote_complaint;
	} else if (!worker->whole->fresh && worker->whole->num_messages == 1) {
		made.work = worker->adapter->work;
		made.state = worker->state;
	}
	return made;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * errors_test.c - the back ends of CUDA without a GPU: no library, the toolkit's stub, and a model
 * of libcuda with an error planted in each call. What passes here says nothing about a GPU.
 */
#include "model.h"

#include <glob.h>
#include <pthread.h>
#include <sys/wait.h>

#include <cuda_api.h>

static void await(struct gng_launch_done *done, struct gng_launch *launch)
{
	struct gng_why why;
	bool found = false;

	while (!found)
		if (gng_launch_poll(launch, done, &found, &why) != GNG_OK)
			suite_fail("%s", why.text);
}

/* ---- libraries that are none ---- */

static void no_library_is_no_pass(void **state)
{
	struct gng_launch *launch = NULL;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(model_backends); i++) {
		assert_int_equal(
			model_open(&launch, "libcuda-absent.so.1", model_backends[i], &why),
			GNG_EUNSUPPORTED);
		assert_non_null(strstr(why.text, "libcuda-absent.so.1"));
		assert_non_null(strstr(why.text, "install the driver"));
	}
	assert_int_equal(model_open(&launch, "libpthread.so.0", GNG_LAUNCH_CUDA_LAUNCH, &why),
			 GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "it is no libcuda"));
	assert_ptr_equal(launch, NULL);
}

/* The toolkit and Debian's libcuda1 ship a library to link with, which loads and can do nothing. */
static void the_stub_of_the_toolkit_is_told_from_a_driver(void **state)
{
	struct gng_launch *launch;
	struct gng_why why;
	glob_t found = {0};

	(void)state;
	if (glob("/usr/local/cuda*/lib*/stubs/libcuda.so", 0, NULL, &found) != 0 &&
	    glob("/usr/lib/*/stubs/libcuda.so", 0, NULL, &found) != 0) {
		gng_probe_skip("no stub of libcuda is installed",
			       "apt-get install nvidia-cuda-toolkit, or NVIDIA's");
		globfree(&found);
		return;
	}
	assert_int_equal(model_open(&launch, found.gl_pathv[0], GNG_LAUNCH_CUDA_GRAPH, &why),
			 GNG_EUNSUPPORTED);
	if (!strstr(why.text, "the stub that the toolkit links with"))
		suite_fail("%s", why.text);
	gng_probe_note("stub", found.gl_pathv[0]);
	globfree(&found);
}

static const struct {
	const char *name, *value, *words;
	enum gng_status status;
} refused[] = {
	{"MODEL_VERSION", "11020", "too old: it has CUDA 11.2", GNG_EUNSUPPORTED},
	{"MODEL_LACKS", "cuGraphLaunch", "no cuGraphLaunch", GNG_EUNSUPPORTED},
	{"MODEL_MAJOR", "6", "compute capability 6.0", GNG_EUNSUPPORTED},
	{"MODEL_FAIL", "cuInit:100:1", "no GPU is seen", GNG_EUNSUPPORTED},
	{"MODEL_FAIL", "cuInit:803:1", "restart after the upgrade", GNG_EUNSUPPORTED},
	{"MODEL_FAIL", "cuInit:999:1", "nvidia-modprobe", GNG_EUNSUPPORTED},
	{"MODEL_FAIL", "cuInit:304:1", "/dev/nvidiactl", GNG_EUNSUPPORTED},
	{"MODEL_FAIL", "cuDriverGetVersion:34:1", "stub", GNG_EUNSUPPORTED},
	{"MODEL_FAIL", "cuGetProcAddress:34:1", "stub", GNG_EUNSUPPORTED},
	{"MODEL_FAIL", "cuModuleLoadData:222:1", "newer driver", GNG_EUNSUPPORTED},
	{"MODEL_FAIL", "cuMemHostRegister:2:1", "ulimit -l", GNG_ENOMEM},
	{"MODEL_FAIL", "cuMemAlloc:700:1", "cuMemAlloc", GNG_ESYS},
};

static void each_refusal_has_its_reason(void **state)
{
	const char *path = model_build("");
	struct gng_launch *launch;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; path && i < COUNT_OF(refused); i++) {
		setenv(refused[i].name, refused[i].value, 1);
		if (model_open(&launch, path, GNG_LAUNCH_CUDA_LAUNCH, &why) != refused[i].status ||
		    !strstr(why.text, refused[i].words))
			suite_fail("%s=%s: %s '%s'", refused[i].name, refused[i].value,
				   gng_status_name(why.status), why.text);
		unsetenv(refused[i].name);
		assert_int_equal(model_live(path), 0);
	}
}

/* Calls of opening, in the order in which they are made. */
static const char *const of_opening[] = {
	"cuDeviceGet",	      "cuDevicePrimaryCtxRetain",
	"cuCtxSetCurrent",    "cuStreamCreate",
	"cuModuleLoadData",   "cuModuleGetFunction",
	"cuMemHostAlloc",     "cuMemHostGetDevicePointer",
	"cuMemAlloc",	      "cuMemsetD32",
	"cuMemHostRegister",  "cuStreamBeginCapture",
	"cuStreamEndCapture", "cuGraphInstantiateWithFlags",
	"cuLaunchKernel",
};

/* child_opens forks, for the model counts calls by process. It returns the exit status: 0 means
 * that opening failed with the call in its reason, and that nothing was left. */
static int child_opens(const char *path, const char *call)
{
	const pid_t child = fork();
	struct gng_launch *launch;
	char plan[96];
	int status;

	if (child == 0) {
		struct gng_why why;

		snprintf(plan, sizeof(plan), "%s:719:1", call);
		setenv("MODEL_FAIL", plan, 1);
		if (model_open(&launch, path, GNG_LAUNCH_CUDA_GRAPH, &why) == GNG_OK)
			_exit(1);
		if (!strstr(why.text, call))
			_exit(2);
		_exit(model_live(path) == 0 ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void an_error_in_any_call_of_opening_leaves_nothing(void **state)
{
	const char *path = model_build("");

	(void)state;
	for (size_t i = 0; path && i < COUNT_OF(of_opening); i++) {
		const int status = child_opens(path, of_opening[i]);

		if (status)
			suite_fail("%s: %s", of_opening[i],
				   status == 1	 ? "was opened all the same"
				   : status == 2 ? "is not in the reason"
						 : "something was not given back");
		assert_int_equal(status, 0);
	}
}

/* ---- in the middle ---- */

/* end_in_the_middle launches until an error comes, which must stay, and closes. */
static void end_in_the_middle(const char *path, enum gng_launch_backend backend)
{
	struct gng_launch *launch;
	enum gng_status status;
	struct gng_launch_done done;
	struct gng_why why, again;
	bool found;

	if (model_open(&launch, path, backend, &why) != GNG_OK)
		suite_fail("%s", why.text);
	do {
		status = gng_launch_submit(launch, model_packets, 64, 0, &why);
		found = false;
		while (status == GNG_OK && !found)
			status = gng_launch_poll(launch, &done, &found, &why);
	} while (status == GNG_OK);
	assert_int_equal(status, GNG_ESYS);
	assert_non_null(strstr(why.text, "CUDA_ERROR_LAUNCH_FAILED 719"));
	assert_int_equal(gng_launch_submit(launch, model_packets, 64, 0, &again), GNG_ESYS);
	assert_string_equal(again.text, why.text);
	assert_int_equal(gng_launch_poll(launch, &done, &found, &again), GNG_ESYS);
	gng_launch_close(launch);
	assert_int_equal(model_live(path), 0);
}

static void a_kernel_that_dies_is_told(void **state)
{
	const char *path = model_build("");

	(void)state;
	setenv("MODEL_DIES", "400", 1); /* orders: 100 pings come first */
	if (path)
		end_in_the_middle(path, GNG_LAUNCH_CUDA_PERSISTENT);
}

static void a_launch_that_fails_is_told(void **state)
{
	const char *path = model_build("");

	(void)state;
	setenv("MODEL_FAIL", "cuLaunchKernel:719:300", 1);
	if (path)
		end_in_the_middle(path, GNG_LAUNCH_CUDA_LAUNCH);
}

static void a_graph_that_fails_is_told(void **state)
{
	const char *path = model_build("");

	(void)state;
	setenv("MODEL_FAIL", "cuGraphLaunch:719:300", 1);
	if (path)
		end_in_the_middle(path, GNG_LAUNCH_CUDA_GRAPH);
}

/* ---- what works ---- */

static void check_series(const char *path, enum gng_launch_backend backend)
{
	const struct gng_launch_plan plan = {.num = 300, .len = 100, .cpu = GNG_LAUNCH_ANY_CPU};
	struct gng_launch_series series;
	struct gng_launch *launch;
	struct gng_why why;

	if (model_open(&launch, path, backend, &why) != GNG_OK ||
	    gng_launch_measure(&series, launch, &plan, &why) != GNG_OK)
		suite_fail("%s: %s", gng_launch_name(backend), why.text);
	assert_string_equal(gng_launch_info(launch)->device, "model: no GPU at all");
	assert_int_equal(series.num, plan.num);
	assert_int_equal(series.num_unsound, 0);
	assert_int_equal(series.device_tick % 32, 0);
	assert_true(gng_hist_value_at_quantile(series.start_lo, 0.5) <=
		    gng_hist_value_at_quantile(series.start_hi, 0.5));
	gng_launch_series_fini(&series);
	gng_launch_close(launch);
	assert_int_equal(model_live(path), 0);
}

static void all_back_ends_run_on_the_model(void **state)
{
	const char *path = model_build("");

	(void)state;
	for (size_t i = 0; path && i < COUNT_OF(model_backends); i++)
		check_series(path, model_backends[i]);
}

static void a_driver_of_cuda_11_is_asked_the_old_way(void **state)
{
	const char *path = model_build("-DMODEL_OLD");

	(void)state;
	setenv("MODEL_VERSION", "11040", 1);
	if (path)
		check_series(path, GNG_LAUNCH_CUDA_GRAPH);
}

static void *submit_elsewhere(void *arg)
{
	struct gng_launch_done done = {.sum = 0};

	if (gng_launch_submit(arg, model_packets, 64, 0, NULL) == GNG_OK)
		await(&done, arg);
	return (void *)(uintptr_t)done.sum;
}

/* The model refuses a launch from a thread without a context, as CUDA does. */
static void another_thread_gets_the_context(void **state)
{
	const char *path = model_build("");
	struct gng_launch *launch;
	struct gng_why why;
	pthread_t thread;
	void *sum;

	(void)state;
	if (!path)
		return;
	if (model_open(&launch, path, GNG_LAUNCH_CUDA_LAUNCH, &why) != GNG_OK)
		suite_fail("%s", why.text);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(pthread_create(&thread, NULL, submit_elsewhere, launch), 0);
		assert_int_equal(pthread_join(thread, &sum), 0);
		assert_int_equal((uintptr_t)sum, gng_launch_sum(model_packets, 64));
		if (i % 2) /* the next thread may have the number of the one that has ended */
			assert_int_equal((uintptr_t)submit_elsewhere(launch),
					 gng_launch_sum(model_packets, 64));
	}
	gng_launch_close(launch);
}

static struct cuda_api raw;

/* make_stream is a call that wants a context; it returns CUDA's error. */
static void *make_stream(void *arg)
{
	CUstream stream;
	CUresult error;

	if (arg)
		raw.context_set(arg);
	error = raw.stream_create(&stream, CUDA_STREAM_NON_BLOCKING);
	if (error == CUDA_SUCCESS_CODE)
		raw.stream_destroy(stream);
	return (void *)(intptr_t)error;
}

static intptr_t make_stream_elsewhere(void *context)
{
	pthread_t thread;
	void *error;

	assert_int_equal(pthread_create(&thread, NULL, make_stream, context), 0);
	assert_int_equal(pthread_join(thread, &error), 0);
	return (intptr_t)error;
}

/* What befalls a goroutine that goes on in another thread, without this library: the context that
 * it set is not there (CUDA_ERROR_INVALID_CONTEXT), though the process has it. */
static void a_context_is_not_there_in_another_thread(void **state)
{
	const char *path = model_build("");
	CUcontext context;
	void *library;
	struct gng_why why;
	int version;

	(void)state;
	if (!path)
		return;
	if (cuda_api_load(&raw, &library, &version, path, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(raw.context_retain(&context, 0), CUDA_SUCCESS_CODE);
	assert_int_equal((intptr_t)make_stream(context), CUDA_SUCCESS_CODE);
	assert_int_equal(make_stream_elsewhere(NULL), 201);
	assert_int_equal(make_stream_elsewhere(context), CUDA_SUCCESS_CODE);
	raw.context_release(0);
	cuda_api_unload(library);
	assert_int_equal(model_live(path), 0);
}

static void a_forked_child_cannot_use_the_device(void **state)
{
	const char *path = model_build("");
	struct gng_launch *launch;
	struct gng_why why;
	int status;
	pid_t child;

	(void)state;
	if (!path)
		return;
	if (model_open(&launch, path, GNG_LAUNCH_CUDA_LAUNCH, &why) != GNG_OK)
		suite_fail("%s", why.text);
	child = fork();
	if (child == 0) {
		status = gng_launch_submit(launch, model_packets, 4, 0, &why) == GNG_EUNSUPPORTED &&
			 strstr(why.text, "forked child");
		gng_launch_close(launch);
		_exit(status ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal((uintptr_t)submit_elsewhere(launch), gng_launch_sum(model_packets, 64));
	gng_launch_close(launch);
	assert_int_equal(model_live(path), 0);
}

/* A kernel that stayed for ever would stop every other user of the GPU who waits for it. */
static void a_paused_kernel_is_gone_and_comes_again(void **state)
{
	const char *path = model_build("");
	struct gng_launch *launch;
	struct gng_why why;

	(void)state;
	if (!path)
		return;
	if (model_open(&launch, path, GNG_LAUNCH_CUDA_PERSISTENT, &why) != GNG_OK)
		suite_fail("%s", why.text);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(model_kernels(path), 0);
		assert_int_equal((uintptr_t)submit_elsewhere(launch),
				 gng_launch_sum(model_packets, 64));
		assert_int_equal(model_kernels(path), 1);
		assert_int_equal(gng_launch_pause(launch, NULL), GNG_OK);
	}
	assert_int_equal(gng_launch_submit(launch, model_packets, 64, 0, NULL), GNG_OK);
	assert_int_equal(gng_launch_pause(launch, NULL), GNG_EINVAL);
	gng_launch_close(launch);
	assert_int_equal(model_live(path), 0);
}

const struct suite_test suite_tests[] = {
	TEST(a_paused_kernel_is_gone_and_comes_again, "D4.launch.back-ends"),
	TEST(no_library_is_no_pass, "D4.launch.absent D4.launch.reasons"),
	TEST(the_stub_of_the_toolkit_is_told_from_a_driver, "D4.launch.reasons"),
	TEST(each_refusal_has_its_reason, "D4.launch.reasons"),
	TEST(an_error_in_any_call_of_opening_leaves_nothing, "D4.launch.reasons"),
	TEST(a_kernel_that_dies_is_told, "D4.launch.reasons"),
	TEST(a_launch_that_fails_is_told, "D4.launch.reasons"),
	TEST(a_graph_that_fails_is_told, "D4.launch.reasons"),
	TEST(all_back_ends_run_on_the_model, "D4.launch.back-ends D4.launch.stamps"),
	TEST(a_driver_of_cuda_11_is_asked_the_old_way, "D4.launch.reasons"),
	TEST(another_thread_gets_the_context, "D4.launch.threads"),
	TEST(a_context_is_not_there_in_another_thread, "D4.launch.threads"),
	TEST(a_forked_child_cannot_use_the_device, "D4.launch.threads"),
	{0},
};

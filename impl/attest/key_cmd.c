/* SPDX-License-Identifier: Apache-2.0 */
/* key_cmd.c - `gonogo key`: make, show and export the keys of a lab (docs/CLI.md). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_attest.h>
#include <gng_term.h>

#define USAGE 2
#define HARNESS 99

static const char help[] =
	"usage: gonogo key new FILE [--type ed25519|p256]\n"
	"       gonogo key show FILE\n"
	"       gonogo key export FILE --public | --ssh | --ssh-private NEW\n"
	"\n"
	"new writes a private key to a new FILE that only you can read, without passphrase.\n"
	"show prints algorithm and id of a private or public key. export prints the public\n"
	"key as PEM (for verify --pubkey) or as a line for ssh-keygen's allowed_signers;\n"
	"--ssh-private writes the private key to NEW in OpenSSH's format. No file that\n"
	"exists is replaced. Exit status: 0 done, 2 usage or unusable key, 99 not written.";

static int usage(const char *what)
{
	gng_term_error("%s; gonogo key --help", what);
	return USAGE;
}

static int fail(const struct gng_why *why)
{
	gng_term_error("%s", why->text);
	return why->status == GNG_EINVAL ? USAGE : HARNESS;
}

static int print_id(const struct gng_attest_key *key)
{
	const bool ok =
		printf("%s %s\n", gng_attest_key_algorithm(key), gng_attest_key_id(key)) > 0 &&
		fflush(stdout) == 0;

	return ok ? 0 : HARNESS;
}

static int new_key(int argc, char **argv)
{
	enum gng_attest_algorithm algorithm = GNG_ATTEST_ED25519;
	struct gng_attest_key *key;
	struct gng_why why;
	int status;

	if (argc == 3 && strcmp(argv[1], "--type") == 0) {
		if (strcmp(argv[2], "p256") == 0)
			algorithm = GNG_ATTEST_P256;
		else if (strcmp(argv[2], "ed25519") != 0)
			return usage("--type is ed25519 or p256");
	} else if (argc != 1)
		return usage("new takes a file and perhaps --type");
	if (*argv[0] == '-') /* a mistyped option would become a file that is hard to remove */
		return usage("new takes a file first: write ./ before a name that begins with -");
	if (gng_attest_key_new(&key, algorithm, &why) != GNG_OK)
		return fail(&why);
	status = gng_attest_key_save(key, argv[0], &why) == GNG_OK ? print_id(key) : fail(&why);
	gng_attest_key_close(key);
	return status;
}

static int show_key(int argc, char **argv)
{
	struct gng_attest_key *key;
	struct gng_why why;
	int status;

	if (argc != 1)
		return usage("show takes one file");
	if (gng_attest_key_open(&key, argv[0], true, NULL) != GNG_OK &&
	    gng_attest_key_open(&key, argv[0], false, &why) != GNG_OK)
		return fail(&why);
	status = print_id(key);
	gng_attest_key_close(key);
	return status;
}

static int write_secret(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool ok;

	if (!file) {
		gng_term_error("%s: %s: choose another name", path, strerror(errno));
		return USAGE;
	}
	ok = fputs(text, file) != EOF;
	if (fclose(file) == 0 && ok)
		return 0;
	gng_term_error("%s: the key cannot be written: %s", path, strerror(errno));
	unlink(path);
	return HARNESS;
}

static int export_secret(const char *from, const char *to)
{
	struct gng_attest_key *key;
	struct gng_why why;
	char *text;
	int status = HARNESS;

	if (gng_attest_key_open(&key, from, true, &why) != GNG_OK)
		return fail(&why);
	text = gng_attest_key_ssh_private(key);
	if (text) {
		status = write_secret(to, text);
		gng_wipe(text, strlen(text));
	}
	free(text);
	gng_attest_key_close(key);
	return status;
}

static int export_public(const char *from, bool ssh)
{
	struct gng_attest_key *key;
	struct gng_why why;
	char *text;
	int status = HARNESS;

	if (gng_attest_key_open(&key, from, true, NULL) != GNG_OK &&
	    gng_attest_key_open(&key, from, false, &why) != GNG_OK)
		return fail(&why);
	text = ssh ? gng_attest_key_ssh(key) : gng_attest_key_public(key);
	if (text && printf("%s%s", text, ssh ? "\n" : "") > 0 && fflush(stdout) == 0)
		status = 0;
	free(text);
	gng_attest_key_close(key);
	return status;
}

static int export_key(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--ssh-private") == 0)
		return export_secret(argv[0], argv[2]);
	if (argc == 2 && strcmp(argv[1], "--public") == 0)
		return export_public(argv[0], false);
	if (argc == 2 && strcmp(argv[1], "--ssh") == 0)
		return export_public(argv[0], true);
	return usage("export takes a file and --public, --ssh or --ssh-private NEW");
}

int main(int argc, char **argv)
{
	gng_term_verb("key");
	if (argc >= 2 && strcmp(argv[1], "--help") == 0)
		return puts(help) == EOF ? HARNESS : 0;
	if (argc >= 3 && strcmp(argv[1], "new") == 0)
		return new_key(argc - 2, argv + 2);
	if (argc >= 3 && strcmp(argv[1], "show") == 0)
		return show_key(argc - 2, argv + 2);
	if (argc >= 3 && strcmp(argv[1], "export") == 0)
		return export_key(argc - 2, argv + 2);
	return usage("it wants new, show or export, and a file");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_xdp.h - programs that see a frame before the kernel's stack does: a filter by rules, an echo,
 * a way to another port; traffic to judge them by, what they cost, and how one replaces another.
 *
 * Nothing is pinned: what is attached goes with the process, also after kill -9.
 */
#ifndef GNG_XDP_H
#define GNG_XDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_hist.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- headers of a frame ---- */

enum gng_xdp_parsed {
	GNG_XDP_PARSED,
	GNG_XDP_NOT_IP,
	GNG_XDP_SHORT_FRAME,
	GNG_XDP_SHORT_NETWORK,
	GNG_XDP_BAD_NETWORK,
	GNG_XDP_SHORT_TRANSPORT,
	GNG_XDP_TOO_DEEP,
};

/* gng_xdp_flow is who speaks to whom: an address of IPv4 is the first four bytes, in the order of
 * the network; ports are in that of the host, 0 where there is none. */
struct gng_xdp_flow {
	uint8_t version; /* of IP: 4 or 6 */
	uint8_t protocol;
	uint8_t source[16], dest[16];
	uint16_t source_port, dest_port;
};

/*
 * gng_xdp_parse reads the headers as the filter in the kernel does, from the same text. *flow and
 * *payload_off (of what follows the last header read) are set for GNG_XDP_PARSED; fragment says
 * that this is a part of a packet, whose ports are known only in the first.
 */
enum gng_xdp_parsed gng_xdp_parse(struct gng_xdp_flow *flow, size_t *payload_off, bool *fragment,
				  const uint8_t *frame, size_t len);

/* ---- programs ---- */

enum gng_xdp_program {
	GNG_XDP_NOTHING,    /* passes all */
	GNG_XDP_DROP,	    /* counts and drops all */
	GNG_XDP_FILTER,	    /* by the rules below */
	GNG_XDP_ECHO,	    /* sends UDP over IPv4 back */
	GNG_XDP_REDIRECT,   /* to the interface of gng_xdp_to_interface */
	GNG_XDP_TO_SOCKET,  /* to the sockets of gng_xdp_to_socket, by queue */
	GNG_XDP_ARRIVE,	    /* histograms how long stamped frames took, and drops them */
	GNG_XDP_PROBE,	    /* the histogram alone, without a clock */
	GNG_XDP_ONE_CLOCK,  /* one reading of the clock */
	GNG_XDP_TWO_CLOCKS, /* the program that the article shows, between two readings */
	GNG_XDP_ARTICLE,    /* and an event of perf for each packet, as it measured */
	GNG_XDP_FRAGMENT,   /* the program that the article shows */
	GNG_XDP_WORKER_A, /* counts and drops stamped frames, one of two that replace each other */
	GNG_XDP_WORKER_B,
	GNG_XDP_BY_TAIL_CALL, /* calls one of these through a program array */
	GNG_XDP_BY_VALUE,     /* does what one of these does, by a value in a map */
	GNG_XDP_NUM_PROGRAMS
};

/* gng_xdp_program_name returns "filter", ...; never NULL for a program. */
const char *gng_xdp_program_name(enum gng_xdp_program program);

/* gng_xdp_request: a table of no entries costs the filter nothing. */
struct gng_xdp_request {
	uint32_t max_tuples, max_prefixes; /* for each of IPv4 and IPv6; rules are at most 4095 */
	bool drop_others;		   /* what no rule speaks of is dropped */
	uint32_t batch; /* live frames that the kernel makes at a time, at most 256; 0: 64 */
};

struct gng_xdp; /* not thread-safe */

/* gng_xdp_open loads all programs; request may be NULL. GNG_EPERM if this process may not,
 * GNG_ESYS, GNG_ENOMEM. */
GNG_MUST enum gng_status gng_xdp_open(struct gng_xdp **xdp, const struct gng_xdp_request *request,
				      struct gng_why *why);
void gng_xdp_close(struct gng_xdp *xdp); /* safe on NULL */

/* gng_xdp_fd is borrowed. */
int gng_xdp_fd(const struct gng_xdp *xdp, enum gng_xdp_program program);

/* gng_xdp_object is the compiled object, an ELF file of *len bytes that other loaders take too. */
const void *gng_xdp_object(size_t *len);

/* ---- rules ---- */

/*
 * gng_xdp_add_tuple drops or passes packets of exactly this flow; gng_xdp_add_prefix those from
 * the network of the flow's source, its first bits bits. A tuple goes before a prefix, a longer
 * prefix before a shorter. *number is the rule's. A rule that is there already is changed and
 * keeps its number. GNG_ELIMIT if the table is full: nothing has changed. GNG_EINVAL for a
 * version that is none or more bits than an address has; GNG_ESYS.
 */
GNG_MUST enum gng_status gng_xdp_add_tuple(struct gng_xdp *xdp, uint32_t *number,
					   const struct gng_xdp_flow *flow, bool drop,
					   struct gng_why *why);
GNG_MUST enum gng_status gng_xdp_add_prefix(struct gng_xdp *xdp, uint32_t *number,
					    const struct gng_xdp_flow *flow, unsigned int bits,
					    bool drop, struct gng_why *why);

/* gng_xdp_hits returns how many packets a rule decided; number 0: those that none did. */
uint64_t gng_xdp_hits(struct gng_xdp *xdp, uint32_t number);

/* ---- what was counted ---- */

struct gng_xdp_counts {
	uint64_t passed, dropped, malformed, echoed;
	uint64_t arrived, foreign;     /* of GNG_XDP_ARRIVE: with and without a stamp */
	uint64_t ran_a, ran_b, missed; /* of what is reloaded: missed found nobody to do it */
};
struct gng_xdp_counts gng_xdp_counts(struct gng_xdp *xdp);

/* gng_xdp_latencies adds what GNG_XDP_ARRIVE and GNG_XDP_PROBE counted to hist, in ns, to 6 %. */
GNG_MUST enum gng_status gng_xdp_latencies(struct gng_xdp *xdp, struct gng_hist *hist,
					   struct gng_why *why);

/* gng_xdp_sample is one of 1024 frames that GNG_XDP_ARRIVE had. */
struct gng_xdp_sample {
	uint64_t at_ns, latency_ns;
	uint32_t number, cpu;
};

/* gng_xdp_samples hands out those since the last call, and returns their number, or -errno. */
int gng_xdp_samples(struct gng_xdp *xdp,
		    void (*found)(void *context, const struct gng_xdp_sample *sample),
		    void *context);

/* gng_xdp_events takes the events of GNG_XDP_ARTICLE until gng_xdp_events_close; durations go to
 * hist. A thread of its own reads, as a user of the method needs. *lost: overwritten unread. */
GNG_MUST enum gng_status gng_xdp_events_open(struct gng_xdp *xdp, struct gng_hist *hist,
					     struct gng_why *why);
void gng_xdp_events_close(struct gng_xdp *xdp, uint64_t *taken, uint64_t *lost);

/* ---- attached ---- */

enum gng_xdp_mode { GNG_XDP_NATIVE, GNG_XDP_GENERIC };

/*
 * gng_xdp_attach puts a program on an interface of this thread's network namespace, one program
 * each; what was attached under this number in another namespace is detached. GNG_ESYS if the
 * interface is gone or taken (why says which), GNG_EUNSUPPORTED if its driver has no native mode,
 * GNG_EPERM, GNG_EINVAL if eight are attached.
 */
GNG_MUST enum gng_status gng_xdp_attach(struct gng_xdp *xdp, enum gng_xdp_program program,
					int interface, enum gng_xdp_mode mode, struct gng_why *why);

/* gng_xdp_detach takes the program off; without one nothing happens. */
void gng_xdp_detach(struct gng_xdp *xdp, int interface);

/* gng_xdp_to_interface says where GNG_XDP_REDIRECT sends. GNG_ESYS. */
GNG_MUST enum gng_status gng_xdp_to_interface(struct gng_xdp *xdp, int interface,
					      struct gng_why *why);

/* ---- replaced ---- */

enum gng_xdp_swap {
	GNG_XDP_SWAP_TAIL_CALL, /* another program into the array of GNG_XDP_BY_TAIL_CALL */
	GNG_XDP_SWAP_VALUE,	/* another value for GNG_XDP_BY_VALUE, by bpf(2) */
	GNG_XDP_SWAP_MAPPED,	/* the same by a store to mapped memory */
	GNG_XDP_SWAP_LINK,	/* another program on the interface, by the link */
};

/* gng_xdp_swap makes WORKER_B (or _A) do the work. interface is for GNG_XDP_SWAP_LINK. Returns 0
 * or -errno: -ENOLINK if the interface is gone, -ENODEV if nothing is attached there. */
GNG_MUST int gng_xdp_swap(struct gng_xdp *xdp, enum gng_xdp_swap way, bool to_b, int interface);

/* gng_xdp_replace puts any program in the place of the one that is attached. Returns 0 or -errno
 * as gng_xdp_swap does. */
GNG_MUST int gng_xdp_replace(struct gng_xdp *xdp, int program, int interface);

/* gng_xdp_unset takes the program out of the array, which no reload may do: frames then miss. */
GNG_MUST int gng_xdp_unset(struct gng_xdp *xdp);

/* gng_xdp_map_id and gng_xdp_program_id are for other processes, which open them by number. */
uint32_t gng_xdp_workers_id(const struct gng_xdp *xdp);
uint32_t gng_xdp_control_id(const struct gng_xdp *xdp);
uint32_t gng_xdp_program_id(const struct gng_xdp *xdp, enum gng_xdp_program program);

/* ---- what a program costs ---- */

/* gng_xdp_cost runs a program repeat times on a frame in the kernel and sets *ns to the CPU time
 * of a run, the loop's included. verdict (may be NULL) is the last. GNG_ESYS. */
GNG_MUST enum gng_status gng_xdp_cost(double *ns, uint32_t *verdict, int program_fd,
				      const uint8_t *frame, size_t len, uint32_t repeat,
				      struct gng_why *why);

/* gng_xdp_run runs a program once; out[0..*out_len) is the frame after it. */
GNG_MUST enum gng_status gng_xdp_run(uint32_t *verdict, int program_fd, const uint8_t *frame,
				     size_t len, uint8_t *out, size_t *out_len,
				     struct gng_why *why);

#define GNG_XDP_MAX_ROUNDS 25u

/* gng_xdp_contestant is one of several programs, ns what each round of it cost. */
struct gng_xdp_contestant {
	const char *name;
	int fd;
	uint32_t verdict;
	double ns[GNG_XDP_MAX_ROUNDS];
};

/* gng_xdp_compare runs each program in each of num_rounds rounds, at most GNG_XDP_MAX_ROUNDS; who
 * comes first changes with the round. Errors of gng_xdp_cost. */
GNG_MUST enum gng_status gng_xdp_compare(struct gng_xdp_contestant *contestants, size_t num,
					 const uint8_t *frame, size_t len, uint32_t repeat,
					 size_t num_rounds, struct gng_why *why);

/* gng_xdp_over sets over[0..num_rounds) to what one costs more than another in each round, and
 * returns their median. */
double gng_xdp_over(double *over, const struct gng_xdp_contestant *one,
		    const struct gng_xdp_contestant *other, size_t num_rounds);

/* ---- peers: the filters of xdp-tools, as its library brings them ---- */

enum gng_xdp_peer_kind {
	GNG_XDP_PEER_PORT,    /* UDP by port: xdpfilt_alw_udp */
	GNG_XDP_PEER_ADDRESS, /* by address: xdpfilt_alw_ip */
	GNG_XDP_PEER_ALL,     /* by what they have: xdpfilt_alw_all, with the port in its table */
	GNG_XDP_NUM_PEERS
};

struct gng_xdp_peer;

/* gng_xdp_peer_open loads one with a rule that drops the flow (UDP over IPv4). GNG_EUNSUPPORTED if
 * the file is not there, GNG_EPERM, GNG_ESYS. Nothing is pinned, though its own program would. */
GNG_MUST enum gng_status gng_xdp_peer_open(struct gng_xdp_peer **peer, enum gng_xdp_peer_kind kind,
					   const struct gng_xdp_flow *flow, struct gng_why *why);
void gng_xdp_peer_close(struct gng_xdp_peer *peer); /* safe on NULL */
int gng_xdp_peer_fd(const struct gng_xdp_peer *peer);
const char *gng_xdp_peer_name(enum gng_xdp_peer_kind kind);
uint64_t gng_xdp_peer_dropped(const struct gng_xdp_peer *peer); /* frames, so far */

/* gng_xdp_attach_fd attaches a program that is not ours; gng_xdp_detach takes it off. */
GNG_MUST enum gng_status gng_xdp_attach_fd(struct gng_xdp *xdp, int program, int interface,
					   enum gng_xdp_mode mode, struct gng_why *why);

/* ---- traffic ---- */

/* gng_xdp_pair is two interfaces, each the other's wire. */
struct gng_xdp_pair {
	int from, to; /* interfaces; a frame sent by one arrives at the other */
	int before;   /* the namespace to go back to */
};

/*
 * gng_xdp_pair_open moves this thread into a new network namespace with a pair of veth that is up.
 * It has no name, so it ends with the thread, whatever happens: there is nothing to note in a
 * journal. GNG_EPERM, GNG_ESYS. gng_xdp_pair_close goes back.
 */
GNG_MUST enum gng_status gng_xdp_pair_open(struct gng_xdp_pair *pair, struct gng_why *why);
void gng_xdp_pair_close(struct gng_xdp_pair *pair);

/*
 * gng_xdp_pair_overrun sets *frames to those that left at pair->from and found the ring of pair->to
 * full: before Linux 6.6 a busy kernel thread may have to empty it. No program has seen them.
 * GNG_ESYS.
 */
GNG_MUST enum gng_status gng_xdp_pair_overrun(const struct gng_xdp_pair *pair, uint64_t *frames,
					      struct gng_why *why);

/*
 * gng_xdp_pair_thread gives what arrives at pair->to a kernel thread of its own (threaded NAPI) and
 * sets *thread to it, a process that a scheduler may place: else whoever sends receives, too. A
 * program is attached there in native mode, and stays (gng_xdp_replace). GNG_EUNSUPPORTED if this
 * kernel has no such threads (Linux 5.12) or does not show them, GNG_EPERM, GNG_ESYS.
 */
GNG_MUST enum gng_status gng_xdp_pair_thread(int *thread, const struct gng_xdp_pair *pair,
					     struct gng_why *why);

/*
 * gng_xdp_ports fills *pair with ports of this machine, which gng_xdp_pair_close does not know: to
 * hears what from sends over a cable. from may be NULL: then to sends, too, and hears what comes
 * back by a plug that loops or a peer. GNG_EINVAL if one is no interface, GNG_EUNSUPPORTED if one
 * has no link.
 */
GNG_MUST enum gng_status gng_xdp_ports(struct gng_xdp_pair *pair, const char *to, const char *from,
				       struct gng_why *why);

/*
 * gng_xdp_hears sends 1000 live frames from pair->from, and is GNG_EUNSUPPORTED with what is
 * missing if none arrived. A program that counts frames is attached to pair->to; if that took its
 * link down it waits until it is back. Errors of gng_xdp_send_live.
 */
GNG_MUST enum gng_status gng_xdp_hears(struct gng_xdp *xdp, const struct gng_xdp_pair *pair,
				       const uint8_t *frame, size_t len,
				       uint64_t (*arrived)(void *context), void *context,
				       struct gng_why *why);

/* gng_xdp_remove deletes an interface of this namespace. */
GNG_MUST enum gng_status gng_xdp_remove(int interface, struct gng_why *why);

#define GNG_XDP_FRAME_LEN 64u
/* gng_xdp_frame_fill writes a frame of UDP over IPv4 from flow, with a stamp for the programs
 * above, into frame[0..GNG_XDP_FRAME_LEN). Both sums are right (UDP's is 0: none). */
void gng_xdp_frame_fill(uint8_t frame[GNG_XDP_FRAME_LEN], const struct gng_xdp_flow *flow);

/*
 * gng_xdp_send_live lets the kernel run GNG_XDP_REDIRECT on num copies of a frame, which leave at
 * the interface of gng_xdp_to_interface (BPF_F_TEST_XDP_LIVE_FRAMES). Whoever is to have them must
 * be in native mode, or they are lost without a word. GNG_EUNSUPPORTED before Linux 5.18, GNG_ESYS.
 */
GNG_MUST enum gng_status gng_xdp_send_live(struct gng_xdp *xdp, const uint8_t *frame, size_t len,
					   uint32_t num, struct gng_why *why);

/* gng_xdp_rate is how many frames went in what time, and how many of them came. */
struct gng_xdp_rate {
	uint64_t sent, arrived;
	double seconds; /* of sending; over a pair of veth the same CPU receives meanwhile */
};

/*
 * gng_xdp_rate_of sends num live frames and waits, after the time is taken, until arrived(context)
 * has grown by as many, or by nothing for 200 ms. Errors of gng_xdp_send_live.
 */
GNG_MUST enum gng_status gng_xdp_rate_of(struct gng_xdp_rate *rate, struct gng_xdp *xdp,
					 const uint8_t *frame, size_t len, uint32_t num,
					 uint64_t (*arrived)(void *context), void *context,
					 struct gng_why *why);

/* gng_xdp_socket is an AF_XDP socket with memory of its own, in copy mode. */
struct gng_xdp_socket;
GNG_MUST enum gng_status gng_xdp_socket_open(struct gng_xdp_socket **socket, int interface,
					     uint32_t queue, struct gng_why *why);
void gng_xdp_socket_close(struct gng_xdp_socket *socket); /* safe on NULL */

/* gng_xdp_to_socket lets GNG_XDP_TO_SOCKET hand the frames of its queue over. GNG_ESYS. */
GNG_MUST enum gng_status gng_xdp_to_socket(struct gng_xdp *xdp, struct gng_xdp_socket *socket,
					   struct gng_why *why);

/*
 * gng_xdp_socket_send sends num frames, each stamped with its number and the time, and waits until
 * the kernel has taken them all. gap_ns: no frame earlier than so long after the one before.
 * GNG_ESYS, also if the kernel takes none for two seconds.
 */
GNG_MUST enum gng_status gng_xdp_socket_send(struct gng_xdp_socket *socket, const uint8_t *frame,
					     size_t len, uint32_t num, uint64_t gap_ns,
					     struct gng_why *why);

/* gng_xdp_socket_receive hands out what comes until num frames came or nothing does for
 * timeout_ms, and returns how many there were. found may be NULL. */
uint32_t gng_xdp_socket_receive(struct gng_xdp_socket *socket, uint32_t num, int timeout_ms,
				void (*found)(void *context, const uint8_t *frame, size_t len),
				void *context);

#ifdef __cplusplus
}
#endif

#endif /* GNG_XDP_H */

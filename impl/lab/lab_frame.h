/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab_frame.h - what a guest says to its host. Shared by impl/lab and the guest's init.
 *
 * A frame is a header line and len bytes of payload:
 *
 *	WORD INDEX A B LEN\n
 *
 * All four are decimal numbers. INDEX counts the tests of the run from 0; it is 0 where no test
 * is meant. The order is hello, then begin (report | output)* end for each test, then bye. What
 * goes wrong outside a test is trouble, and what the kernel reports is kernel: both may stand
 * anywhere.
 */
#ifndef LAB_FRAME_H
#define LAB_FRAME_H

#define LAB_FRAME_HELLO "hello"	    /* A: version of this format, B: uptime in ms */
#define LAB_FRAME_BEGIN "begin"	    /* payload: the step's name */
#define LAB_FRAME_REPORT "report"   /* payload: what the test wrote on descriptor 3 */
#define LAB_FRAME_OUTPUT "output"   /* payload: its stdout and stderr */
#define LAB_FRAME_END "end"	    /* A: wait status, B: ms */
#define LAB_FRAME_LATE "late"	    /* the test was killed at its deadline; its end follows */
#define LAB_FRAME_TROUBLE "trouble" /* payload: a sentence */
#define LAB_FRAME_KERNEL "kernel"   /* payload: a bug, warning or leak that the kernel reported */
#define LAB_FRAME_BYE "bye"	    /* A: number of tests that ended */

#define LAB_FRAME_VERSION 1
#define LAB_FRAME_HEADER_CAP 96 /* a longer header line is no frame */
#define LAB_FRAME_PAYLOAD_CAP 65536

#define LAB_PORT_NAME "gonogo.records" /* of the virtio-serial port */

/*
 * The guest's orders are lines of tab-separated fields in this file of the initramfs:
 *
 *	module	PATH [PARAMETER]...	finit_module
 *	write	PATH	VALUE		a sysctl or a file of sysfs
 *	env	NAME=VALUE		for the programs
 *	run	NAME	SECONDS	PROGRAM	ARGUMENT...
 *	trouble	TEXT			says it: how a host's test sees a guest complain
 */
#define LAB_ORDERS "/gonogo.orders"

#endif /* LAB_FRAME_H */

// SPDX-License-Identifier: Apache-2.0
// peer_go.go - Go's crypto/aes and crypto/cipher as the process of a peer: it answers on standard
// output what peer_remote.c asks. Native Go, without cgo: what a Go program gets. ci/peers builds it.
package main

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

const (
	tagLen   = 16
	aadLen   = 13
	nonceLen = 12
	hugePage = 2 << 20
	hugeFrom = 2 << 20 // as peer_memory.c
	halfPage = 2048
)

type job struct {
	mode                     string
	keyLen, length, messages int
	fresh                    int
	key, iv, aad, tag        []byte
	in, out                  []byte
	block                    cipher.Block
	gcm                      cipher.AEAD
}

// room returns bytes that lie on transparent huge pages where they are large, as ours do.
func room(length int) []byte {
	if length < hugeFrom {
		return make([]byte, length)
	}
	rounded := (length + hugePage - 1) / hugePage * hugePage
	all, err := syscall.Mmap(-1, 0, rounded+hugePage, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		return make([]byte, length)
	}
	syscall.Madvise(all, syscall.MADV_HUGEPAGE)
	for i := 0; i < len(all); i += 4096 {
		all[i] = 1
	}
	from := int(-uintptr(unsafe.Pointer(&all[0])) % hugePage)
	return all[from : from+length]
}

func (j *job) stride() int {
	if j.mode == "gcm" {
		return j.length + tagLen
	}
	return j.length
}

// rekey does what a Go program does for a new key.
func (j *job) rekey() (err error) {
	if j.block, err = aes.NewCipher(j.key); err != nil {
		return err
	}
	if j.mode == "gcm" || j.mode == "gcm-open" {
		j.gcm, err = cipher.NewGCM(j.block)
	}
	return err
}

// one works on one message. The modes but GCM need an object for each message: Go has no call
// that gives one a new IV.
func (j *job) one(out, in []byte) error {
	switch j.mode {
	case "ecb": // Go has no such mode: block by block
		for i := 0; i < len(in); i += aes.BlockSize {
			j.block.Encrypt(out[i:], in[i:])
		}
	case "cbc":
		cipher.NewCBCEncrypter(j.block, j.iv).CryptBlocks(out, in)
	case "cbc-decrypt":
		cipher.NewCBCDecrypter(j.block, j.iv).CryptBlocks(out, in)
	case "ctr":
		cipher.NewCTR(j.block, j.iv).XORKeyStream(out, in)
	case "gcm":
		j.gcm.Seal(out[:0], j.iv[:nonceLen], in, j.aad)
	case "gcm-open":
		_, err := j.gcm.Open(out[:0], j.iv[:nonceLen], in, j.aad)
		return err
	}
	return nil
}

func (j *job) work() error {
	if j.fresh != 0 {
		if err := j.rekey(); err != nil {
			return err
		}
	}
	stride, input := j.stride(), len(j.in)/j.messages
	for i := 0; i < j.messages; i++ {
		err := j.one(j.out[i*stride:(i+1)*stride:(i+1)*stride], j.in[i*input:(i+1)*input])
		if err != nil {
			return err
		}
	}
	return nil
}

// sound refuses what no suite asks for before memory is taken for it.
func (j *job) sound() bool {
	switch j.mode {
	case "ecb", "cbc", "cbc-decrypt":
		if j.length%aes.BlockSize != 0 {
			return false
		}
	case "ctr", "gcm", "gcm-open":
	default:
		return false
	}
	const most = 64 << 20
	return (j.keyLen == 16 || j.keyLen == 32) && j.length > 0 && j.length <= most &&
		j.messages > 0 && j.messages <= most/j.length &&
		(j.mode != "gcm-open" || j.messages == 1)
}

func takeJob(in *bufio.Reader) (*job, error) {
	j := &job{}
	_, err := fmt.Fscanf(in, "job %s %d %d %d %d\n", &j.mode, &j.keyLen, &j.length, &j.messages,
		&j.fresh)
	if err != nil || !j.sound() {
		return nil, fmt.Errorf("that is no job")
	}
	j.key, j.iv = make([]byte, j.keyLen), make([]byte, 16)
	j.aad, j.tag = make([]byte, aadLen), make([]byte, tagLen)
	total := j.length * j.messages
	j.in = room(total + tagLen)[:total]
	j.out = room(total + tagLen*j.messages + halfPage)[halfPage:] // see peer_memory.c
	for _, part := range [][]byte{j.key, j.iv, j.aad, j.tag, j.in} {
		if _, err = io.ReadFull(in, part); err != nil {
			return nil, err
		}
	}
	if j.mode == "gcm-open" { // Go wants the tag behind the text
		j.in = append(j.in, j.tag...)
	}
	return j, j.rekey()
}

// threadTime returns the CPU time of this thread; Go has no call for it.
func threadTime() time.Duration {
	const clockThreadCPUTime = 3 // CLOCK_THREAD_CPUTIME_ID of time.h
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockThreadCPUTime,
		uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano())
}

// repeat works num times and returns how long that took and how often it allocated.
func (j *job) repeat(num int) (time.Duration, uint64, error) {
	var before, after runtime.MemStats
	if err := j.work(); err != nil { // not timed: as cold as ours
		return 0, 0, err
	}
	runtime.ReadMemStats(&before)
	cpu, first := threadTime(), time.Now()
	for i := 0; i < num; i++ {
		if err := j.work(); err != nil {
			return 0, 0, err
		}
	}
	took := time.Since(first)
	if cpu = threadTime() - cpu; cpu > 0 && cpu < took {
		took = cpu // without what others did on this CPU, as gng_bench_run counts
	}
	runtime.ReadMemStats(&after)
	return took, after.Mallocs - before.Mallocs, nil
}

func (j *job) answer(word string, num int, out *bufio.Writer) {
	if word == "try" {
		copy(j.out, bytes.Repeat([]byte{0xa5}, 64))
		if err := j.work(); err != nil {
			fmt.Fprintf(out, "no %v\n", err)
			return
		}
		fmt.Fprintln(out, "ok")
		out.Write(j.out[:j.messages*j.stride()])
		return
	}
	took, mallocs, err := j.repeat(num)
	switch {
	case err != nil:
		fmt.Fprintf(out, "no %v\n", err)
	case word == "time":
		fmt.Fprintf(out, "ok %d\n", took.Nanoseconds())
	default:
		fmt.Fprintf(out, "ok %d\n", mallocs)
	}
}

func main() {
	runtime.LockOSThread() // the first thread is what the suite pins to a CPU
	in, out := bufio.NewReaderSize(os.Stdin, 1<<16), bufio.NewWriter(os.Stdout)
	j, err := takeJob(in)
	if err != nil {
		fmt.Printf("no %v\n", err)
		os.Exit(1)
	}
	fmt.Fprintf(out, "ok %s\n", runtime.Version())
	for out.Flush() == nil {
		var word string
		var num int
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		got, _ := fmt.Sscanf(line, "%s %d", &word, &num)
		if word != "try" && (got != 2 || num < 1 || (word != "time" && word != "count")) {
			fmt.Fprintln(out, "no that is no question")
			continue
		}
		j.answer(word, num, out)
	}
}

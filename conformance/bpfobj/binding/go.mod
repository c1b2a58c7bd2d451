module binding

go 1.19

require gonogo/bpfobj v0.0.0

replace gonogo/bpfobj => ../../../impl/bpfobj/go

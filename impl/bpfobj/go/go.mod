module gonogo/bpfobj

go 1.19

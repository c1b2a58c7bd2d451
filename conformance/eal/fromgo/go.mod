module gonogo.test/fromgo

go 1.19

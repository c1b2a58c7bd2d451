module gonogo

go 1.19

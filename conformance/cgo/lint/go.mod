module lint

go 1.19

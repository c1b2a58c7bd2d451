module targets

go 1.19

require gonogo v0.0.0

replace gonogo => ../../../impl/cgo/go

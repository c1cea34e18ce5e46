module procfsroot-benchmark

go 1.21

require github.com/thediveo/procfsroot v1.0.2

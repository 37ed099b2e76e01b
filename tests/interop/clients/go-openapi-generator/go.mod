module example/interop

go 1.25.0

require (
	github.com/example/ibm v0.0.0
	github.com/example/storware v0.0.0
)

require (
	github.com/stretchr/testify v1.12.1 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace (
	github.com/example/ibm => ./ibm
	github.com/example/storware => ./storware
)

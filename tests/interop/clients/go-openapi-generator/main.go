// Tells both stories through the modules that openapi-generator has made.
package main

import (
	"net/http"

	"example/interop/scene"
)

func main() {
	s := scene.FromEnvironment()
	scene.End(tellIBM(s) + tellStorware(s))
}

// got is what a call has answered; it has to succeed.
func got[T any](answer T, _ *http.Response, err error) T {
	return scene.Must(answer, err)
}

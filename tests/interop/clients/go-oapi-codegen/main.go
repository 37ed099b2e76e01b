// Tells both stories through the packages that oapi-codegen has made.
package main

import "example/interop/scene"

func main() {
	s := scene.FromEnvironment()
	scene.End(tellIBM(s) + tellStorware(s))
}

// answer is what every call gives besides its bodies.
type answer interface {
	Status() string
	StatusCode() int
	GetBody() []byte
}

// body is one of the bodies that an answer may have; it has to have it.
func body[T any](of answer, body *T) T {
	scene.Check(body != nil, "%s: %s", of.Status(), of.GetBody())
	return *body
}

// value is an optional member; where there is none, it is the zero value.
func value[T any](member *T) T {
	if member == nil {
		return *new(T)
	}
	return *member
}

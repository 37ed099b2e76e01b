// Package interop drives a running Strongroom server with IBM's Go SDK core (github.com/IBM/go-sdk-core/v5).
//
// What is IBM's here: the authenticator that fetches tokens, the request builder, the sending, the decoding of
// answers and the reading of errors. IBM's service package github.com/IBM/ibm-backup-recovery-sdk-go is NOT
// used: its generated methods and models are not part of what these tests show. Paths, members and success
// codes are written down here by hand, so agreement with that package's types is not proven.
//
// The tests start nothing. They read STRONGROOM_URL, STRONGROOM_API_KEY and STRONGROOM_TENANT;
// `cargo xtask interop go` starts a server and sets them. They share one server and one tenant, so none of
// them is parallel, and each removes what it made.
package interop

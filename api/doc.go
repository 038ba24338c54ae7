// Package api is the contract that everything else adapts to: what a run, a
// thread and a test are, how a list of them is asked for, how a request fails,
// and the client that speaks it over the wire. "Contract" in a comment means
// the automation API of Testmo, whose JSON these types read and write.
//
// Durations are microseconds and instants are UTC with milliseconds wherever
// they are stored or sent.
//
// The package must not import the server, the store or the pages.
package api

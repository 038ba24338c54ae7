//go:build race

package store_test

// historyRounds is lower here, because SQLite is twenty times slower with the
// race detector, which looks for something else.
const historyRounds = 2

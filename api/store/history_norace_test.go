//go:build !race

package store_test

// historyRounds is how many rounds of 100 histories there are on SQLite.
const historyRounds = 10

package api

// Capabilities are what a backend can do of what Runboard adds to the contract.
// The zero value is an instance of Testmo, which can do nothing of it.
type Capabilities struct {
	RunSorts  []string // Of RunSorts; the default one works everywhere.
	TestSorts []string // Of TestSorts.
	Search    bool     // The filters q and name of runs, and q of tests.
	Results   bool     // The filters result and folder of tests.
	Once      bool     // Writes that take place once: see WithOnce.
}

// AllCapabilities are those of a store.
func AllCapabilities() Capabilities {
	return Capabilities{RunSorts: RunSorts(), TestSorts: TestSorts(), Search: true, Results: true, Once: true}
}

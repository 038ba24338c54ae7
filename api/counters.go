package api

// Counters say how many tests of a run or thread have which status: contract
// 3.1. Counter N belongs to the status with id N+1.
type Counters struct {
	Untested int `json:"untested_count"`
	Status1  int `json:"status1_count"`
	Status2  int `json:"status2_count"`
	Status3  int `json:"status3_count"`
	Status4  int `json:"status4_count"`
	Status5  int `json:"status5_count"`
	Status6  int `json:"status6_count"`
	Status7  int `json:"status7_count"`
	Status8  int `json:"status8_count"`
	Status9  int `json:"status9_count"`
	Status10 int `json:"status10_count"`
	Status11 int `json:"status11_count"`
	Status12 int `json:"status12_count"`
	Status13 int `json:"status13_count"`
	Status14 int `json:"status14_count"`
	Status15 int `json:"status15_count"`
	Status16 int `json:"status16_count"`
	Status17 int `json:"status17_count"`
	Status18 int `json:"status18_count"`
	Status19 int `json:"status19_count"`
	Status20 int `json:"status20_count"`
	Status21 int `json:"status21_count"`
	Status22 int `json:"status22_count"`
	Status23 int `json:"status23_count"`
	Status24 int `json:"status24_count"`

	Success   int `json:"success_count"`   // Over statuses with is_passed.
	Failure   int `json:"failure_count"`   // Over statuses with is_failed.
	Completed int `json:"completed_count"` // Over statuses with is_final.
	Total     int `json:"total_count"`
}

// At is the counter of a status, for reading and for writing. It panics on an
// id outside of 1 to 25.
func (c *Counters) At(id StatusID) *int {
	return [...]*int{
		&c.Untested, &c.Status1, &c.Status2, &c.Status3, &c.Status4, &c.Status5, &c.Status6, &c.Status7, &c.Status8,
		&c.Status9, &c.Status10, &c.Status11, &c.Status12, &c.Status13, &c.Status14, &c.Status15, &c.Status16,
		&c.Status17, &c.Status18, &c.Status19, &c.Status20, &c.Status21, &c.Status22, &c.Status23, &c.Status24,
	}[id-1]
}

// Add counts n more tests of a status, in its own counter and in the sums.
func (c *Counters) Add(status Status, n int) {
	*c.At(status.ID) += n
	c.Total += n
	if status.IsPassed {
		c.Success += n
	}
	if status.IsFailed {
		c.Failure += n
	}
	if status.IsFinal {
		c.Completed += n
	}
}

// Outcome is the status of a run or thread with these counters once it is
// completed: contract 3.2. One without tests is a success.
func (c *Counters) Outcome() RunStatus {
	if c.Failure > 0 {
		return StatusFailure
	}
	return StatusSuccess
}

package intake

// MostForms is how many forms are taken at the same time.
const MostForms = mostForms

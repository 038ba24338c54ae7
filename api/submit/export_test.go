package submit

// Expand is for tests of patterns.
var Expand = expand

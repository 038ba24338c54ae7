// Package report reads the files that test runners write and hands out what
// they say as tests of the contract, one after the other: a file may be larger
// than the memory. It opens nothing that a file names, and knows neither HTTP
// nor SQL.
//
// Each format is one value of type format in one file, listed in formats. It
// recognises a file by its opening, whatever the file's name and whatever was
// printed before the report, and reads it through one of three views of an input:
// xml, json or lines. They are safe against hostile files, whose size, depth and
// entities they bound, they count lines, and they keep the first mistake, after
// which nothing follows, so that a format need not look for errors. What a format
// finds it fills into a test, in the words of the file, and hands to input.emit
// as soon as it is whole; that cuts texts, makes the key and counts, in the same
// way for all formats. What it reads otherwise than it stands there it tells by
// input.problem or input.remark.
//
// A format that is a folder has belongs and readFolder too, and reads the files
// of the folder by input.part.
package report

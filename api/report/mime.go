package report

import (
	"path"
	"strings"
)

// mimeTypes are those of what tests attach, by extension, as the database of
// the Testmo CLI has them. That of the system would differ from machine to machine.
var mimeTypes = map[string]string{
	".avi": "video/x-msvideo", ".avif": "image/avif", ".bmp": "image/bmp", ".css": "text/css",
	".csv": "text/csv", ".doc": "application/msword", ".eml": "message/rfc822", ".gif": "image/gif",
	".gz": "application/gzip", ".heic": "image/heic", ".htm": "text/html", ".html": "text/html",
	".ico": "image/vnd.microsoft.icon", ".ini": "text/plain", ".jar": "application/java-archive", ".jpeg": "image/jpeg",
	".jpg": "image/jpeg", ".js": "application/javascript", ".json": "application/json", ".log": "text/plain",
	".m4a": "audio/mp4", ".m4v": "video/x-m4v", ".md": "text/markdown", ".mjs": "application/javascript",
	".mkv": "video/x-matroska", ".mov": "video/quicktime", ".mp3": "audio/mpeg", ".mp4": "video/mp4",
	".mpeg": "video/mpeg", ".mpg": "video/mpeg", ".ogg": "audio/ogg", ".pdf": "application/pdf",
	".png": "image/png", ".ppt": "application/vnd.ms-powerpoint", ".rtf": "application/rtf", ".sh": "application/x-sh",
	".sql": "application/x-sql", ".svg": "image/svg+xml", ".tar": "application/x-tar",
	".tif": "image/tiff", ".tiff": "image/tiff", ".txt": "text/plain", ".wav": "audio/wave",
	".webm": "video/webm", ".webp": "image/webp", ".xls": "application/vnd.ms-excel", ".xml": "application/xml",
	".yaml": "text/yaml", ".yml": "text/yaml", ".zip": "application/zip",
}

// mimeType is that of a file by its extension, "" when it is not known. Like
// for the Testmo CLI, a file named like an extension has it.
func mimeType(name string) string { return mimeTypes[strings.ToLower(path.Ext("."+name))] }

// The process that does nothing, against which the boot is measured.
process.exitCode = 0;

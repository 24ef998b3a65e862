/// Configuration as data: one record per block of the file, defaults and checks in the record.
@NullMarked
package dev.headgate.config;

import org.jspecify.annotations.NullMarked;

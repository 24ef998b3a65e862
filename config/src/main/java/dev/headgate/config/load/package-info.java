/// From YAML text to the configuration records: parsing with line marks, merging, expansion of
/// environment variables, and one table per block that gives reading, errors and the reference
/// page.
@NullMarked
package dev.headgate.config.load;

import org.jspecify.annotations.NullMarked;

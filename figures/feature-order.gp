set multiplot layout 1, 2
set lmargin 9
file = tables.'feature-order.tsv'
equal = tables.'feature-order-equal.tsv'
set logscale x
stats file using 'coefficient' nooutput
strong = STATS_max
weak = STATS_min
at(c, name) = abs(column('coefficient') - c) < 1e-9 ? column(name) : NaN
theory = tables.'feature-order-theory.tsv'
set xtics (2.5, 3.5, 5, 7, 10, 14, 20)
set xrange [2.2:23]
set yrange [0:1.4]
set xlabel 'P/d'
set ylabel 'B_k/c_k, ± s.e. over data sets'
set key top left reverse Left
plot \
  learned with lines lc rgb grey dt 3 lw 1.5 notitle, \
  theory using 'samples_per_dimension':'first' with lines lc rgb blue lw 1.5 notitle, \
  theory using 'samples_per_dimension':'second' with lines lc rgb vermilion lw 1.5 notitle, \
  theory using 'samples_per_dimension':'first_wide' with lines lc rgb blue dt 2 lw 1.5 notitle, \
  theory using 'samples_per_dimension':'second_wide' with lines lc rgb vermilion dt 2 lw 1.5 notitle, \
  file using (at(strong, 'samples_per_dimension')):(at(strong, 'share')):(at(strong, 'standard_error')) \
    with yerrorlines pt -1 lc rgb blue notitle, \
  file using (at(strong, 'samples_per_dimension')):(at(strong, 'share')):\
    (mark(column('certified') == column('datasets'))) with points pt variable lc rgb blue notitle, \
  file using (at(weak, 'samples_per_dimension')):(at(weak, 'share')):(at(weak, 'standard_error')) \
    with yerrorlines pt -1 lc rgb vermilion notitle, \
  file using (at(weak, 'samples_per_dimension')):(at(weak, 'share')):\
    (mark(column('certified') == column('datasets'))) with points pt variable lc rgb vermilion notitle, \
  keyentry with linespoints pt 7 lc rgb blue title sprintf('c_1 = %.3f', strong), \
  keyentry with linespoints pt 7 lc rgb vermilion title sprintf('c_2 = %.3f', weak), \
  keyentry with lines lc rgb black lw 1.5 title 'kernel adaptation', \
  keyentry with lines lc rgb black dt 2 lw 1.5 title 'wide limit', \
  keyentry with points pt 6 lc rgb black title 'not all certified'

set logscale xy
set xrange [0.85:9.5]
set yrange [*:*]
stats equal using 'samples' nooutput
set yrange [STATS_min / 1.5:STATS_max * 1.6]
set xtics (1, 2, 4, 8)
set ytics (50, 70, 100, 150, 200, 300)
set xlabel 'number K of equal features'
set ylabel sprintf('P*: samples for alignment %g', threshold)
plot \
  STATS_min * x**0.5 with lines lc rgb grey dt 2 lw 1.5 title 'slope 1/2', \
  equal using 'features':'samples':'low':'high' with yerrorbars pt -1 lc rgb blue notitle, \
  equal using 'features':'samples':(mark(column('certified'))) with points pt variable lc rgb blue notitle, \
  keyentry with points pt 7 lc rgb blue title sprintf('slope %.2f (%.2f … %.2f)', \
    equal_exponent, equal_exponent_low, equal_exponent_high), \
  keyentry with points pt 6 lc rgb blue title 'not all certified'
unset multiplot

set multiplot layout 1, 2
set lmargin 8.5
file = tables.'cnn-hermite.tsv'
of(m, name) = column('degree') == m ? column(name) : NaN
set logscale xy
set key top left reverse Left
stats file using 'lazy' nooutput
lazy_max = STATS_max
stats file using 'samples' nooutput
set yrange [0.6 * STATS_min:60 * lazy_max]
stats file using 'dimension' nooutput
set xrange [STATS_min / 1.2:STATS_max * 1.2]
set xlabel 'd = N_w S, S = N_w = C'
set ylabel 'P*'
plot \
  file using (of(3, 'dimension')):'lazy' with lines lw 2 dt 2 lc rgb vermilion \
    title sprintf('cubic, lazy (GP), slope %.2f', cubic_lazy_exponent), \
  file using (of(3, 'dimension')):'samples':'low':'high' with yerrorbars pt -1 lc rgb vermilion notitle, \
  file using (of(3, 'dimension')):'samples':(mark(column('certified'))) with points pt variable \
    lc rgb vermilion notitle, \
  keyentry with points pt 7 lc rgb vermilion title sprintf('cubic, A = %g, slope %.2f (%.2f … %.2f)', \
    cubic_threshold, cubic_exponent, cubic_exponent_low, cubic_exponent_high), \
  file using (of(1, 'dimension')):'lazy' with lines lw 2 dt 2 lc rgb blue \
    title sprintf('linear, lazy (GP), slope %.2f', linear_lazy_exponent), \
  file using (of(1, 'dimension')):'samples':'low':'high' with yerrorbars pt -1 lc rgb blue notitle, \
  file using (of(1, 'dimension')):'samples':(mark(column('certified'))) with points pt variable \
    lc rgb blue notitle, \
  keyentry with points pt 7 lc rgb blue title sprintf('linear, A = %g, slope %.2f (%.2f … %.2f)', \
    linear_threshold, linear_exponent, linear_exponent_low, linear_exponent_high)

file = tables.'cnn-hermite-alignment.tsv'
colours = '0x000000 0xCC79A7 0xB27500 0x009E73 0x0072B2 0xD55E00'
at(i, name) = column('degree') == 3 && column('patch') == value('patch_'.i) ? column(name) : NaN
unset logscale
set xrange [*:*]
set yrange [*:*]
set offsets 0.5, 0.5, 0.06, 0.01
set xtics auto
set ytics auto
set xlabel 'P/d^{3/4}'
set ylabel 'alignment A, cubic, ± s.e. over data sets'
plot \
  cubic_threshold with lines lc rgb grey dt 3 lw 1.5 notitle, \
  for [i = 1:size_count] file using (at(i, 'load')):(at(i, 'alignment')):(at(i, 'standard_error')) \
    with yerrorlines pt -1 lw 1.5 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:size_count] keyentry with linespoints pt shape(i, 1) lw 1.5 lc rgb int(word(colours, i)) \
    title sprintf('S = N_w = C = %d', value('patch_'.i)), \
  for [i = 1:size_count] file using (at(i, 'load')):(at(i, 'alignment')):\
    (shape(i, column('certified') == column('datasets'))) with points pt variable \
    lc rgb int(word(colours, i)) notitle, \
  keyentry with points pt 6 lc rgb black title 'where a data set is not certified'
unset multiplot

set multiplot layout 1, 2
set lmargin 9
file = tables.'feature-thresholds.tsv'
curve = tables.'feature-thresholds-curve.tsv'
colours = '0x000000 0x0072B2 0x009E73 0xD55E00'
counts = '1 2 4 8'
colour(k) = int(word(colours, k == 1 ? 1 : k == 2 ? 2 : k == 4 ? 3 : 4))
of(k, name) = column('features') == k ? column(name) : NaN
set logscale xy
set xrange [0.27:1.15]
stats file using 'samples' nooutput
set yrange [STATS_min / 1.6:STATS_max * 1.7]
set xtics (0.3, 0.4, 0.5, 0.7, 1)
set ytics (50, 70, 100, 150, 200, 300)
set xlabel 'coefficient c_k of the feature'
set ylabel 'P_k*: samples at which M_k = 1/2'
set key top right
plot \
  [0.3:1.05] prefactor * x**exponent with lines lc rgb grey lw 2 \
    title sprintf('slope %.2f (%.2f … %.2f)', exponent, exponent_low, exponent_high), \
  for [i = 1:words(counts)] file using (of(int(word(counts, i)), 'coefficient')):\
    (of(int(word(counts, i)), 'samples')):(of(int(word(counts, i)), 'low')):\
    (of(int(word(counts, i)), 'high')) \
    with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:words(counts)] file using (of(int(word(counts, i)), 'coefficient')):\
    (of(int(word(counts, i)), 'samples')):(mark(column('certified'))) \
    with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:words(counts)] keyentry with points pt 7 lc rgb int(word(colours, i)) \
    title sprintf('K = %s', word(counts, i))

unset logscale
set logscale x
set xrange [40:480]
set yrange [0:2]
set xtics auto
set xtics (50, 70, 100, 150, 200, 300)
set ytics auto
set xlabel 'samples P'
set ylabel 'specialists M_k of a feature, ± s.e. over data sets'
set key top left reverse Left
plot \
  0.5 with lines lc rgb grey dt 3 lw 1.5 notitle, \
  for [i = 1:words(counts)] curve using (of(int(word(counts, i)), 'samples')):\
    (of(int(word(counts, i)), 'specialists')):(of(int(word(counts, i)), 'standard_error')) \
    with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:words(counts)] curve using (of(int(word(counts, i)), 'samples')):\
    (of(int(word(counts, i)), 'specialists')):(mark(column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:words(counts)] keyentry with points pt 7 lc rgb int(word(colours, i)) \
    title sprintf('K = %s', word(counts, i)), \
  keyentry with points pt 6 lc rgb black title 'not all certified'
unset multiplot

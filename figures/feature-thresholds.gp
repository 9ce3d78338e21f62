set multiplot layout 1, 2
set lmargin 9
file = tables.'feature-thresholds.tsv'
curve = tables.'feature-thresholds-curve.tsv'
# Targets of two features have a larger and a smaller one, or two equal ones.
colours = '0x000000 0x0072B2 0xB27500 0xCC79A7 0x009E73 0xD55E00'
titles = '"K = 1" "K = 2, larger" "K = 2, equal" "K = 2, smaller" "K = 4" "K = 8"'
equal = 2**-0.5
series(k, c) = k == 1 ? 1 : k == 2 ? (c > equal + 1e-6 ? 2 : c < equal - 1e-6 ? 4 : 3) : k == 4 ? 5 : 6
of(i, name) = series(column('features'), column('coefficient')) == i ? column(name) : NaN
count = words(colours)
set logscale xy
set xrange [0.27:1.15]
stats file using 'samples' nooutput
set yrange [STATS_min / 1.6:STATS_max * 6]
set xtics (0.3, 0.4, 0.5, 0.7, 1)
set ytics (50, 70, 100, 150, 200, 300, 500)
set xlabel 'coefficient c_k of the feature'
set ylabel 'P_k*: samples at which M_k = 1/2'
set key top right
plot \
  [0.3:1.05] prefactor * x**exponent with lines lc rgb grey lw 2 \
    title sprintf('slope %.2f (%.2f … %.2f)', exponent, exponent_low, exponent_high), \
  for [i = 1:count] file using (of(i, 'coefficient')):\
    (of(i, 'samples')):(of(i, 'low')):\
    (of(i, 'high')) \
    with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:count] file using (of(i, 'coefficient')):\
    (of(i, 'samples')):(shape(i, column('certified'))) \
    with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:count] keyentry with points pt shape(i, 1) lc rgb int(word(colours, i)) \
    title word(titles, i), \
  keyentry with points pt 6 lc rgb black title 'hollow: not all certified'

unset logscale
set logscale x
set xrange [40:480]
set yrange [0:2.2]
set xtics auto
set xtics (50, 70, 100, 150, 200, 300)
set ytics auto
set xlabel 'samples P'
set ylabel 'specialists M_k of a feature, ± s.e. over data sets'
set key top left reverse Left
plot \
  0.5 with lines lc rgb grey dt 3 lw 1.5 notitle, \
  for [i = 1:count] curve using (of(i, 'samples')):\
    (of(i, 'specialists')):(of(i, 'standard_error')) \
    with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:count] curve using (of(i, 'samples')):\
    (of(i, 'specialists')):(shape(i, column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:count] keyentry with points pt shape(i, 1) lc rgb int(word(colours, i)) \
    title word(titles, i)
unset multiplot

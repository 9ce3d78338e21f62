set multiplot layout 1, 2
set lmargin 8.5
file = tables.'attention-collapse.tsv'
stats file using 'alignment' name 'a' nooutput
stats file using 'samples' name 'p' nooutput
stats file using 'scaled_samples' name 'x' nooutput
colours = '0x0072B2 0x009E73 0xB27500 0xD55E00 0xCC79A7 0x000000'
filled = '7 5 9 13 11'
hollow = '6 4 8 12 10'
at(l, d, name) = column('length') == l && column('dimension') == d ? column(name) : NaN
symbol(j) = int(word(column('certified') == column('datasets') ? filled : hollow, j))
set logscale x
set yrange [a_min - 0.04:a_max + 0.2]
set ylabel 'alignment A, ± s.e. over data sets'
set key top left reverse Left
set for [k = 1:3] arrow from graph 0, first 0.1 * k to graph 1, first 0.1 * k nohead lc rgb grey dt 3 lw 1 back

set xrange [0.85 * p_min:1.2 * p_max]
set xlabel 'P'
set title sprintf('P* spread by a factor %.2f (A = 0.2)', spread_02)
plot for [i = 1:length_count] for [j = 1:dimension_count] file \
    using (at(value('length_'.i), value('dimension_'.j), 'samples')):\
    (at(value('length_'.i), value('dimension_'.j), 'alignment')) \
    with lines lw 1.2 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:length_count] for [j = 1:dimension_count] file \
    using (at(value('length_'.i), value('dimension_'.j), 'samples')):\
    (at(value('length_'.i), value('dimension_'.j), 'alignment')):(symbol(j)) \
    with points pt variable ps 0.7 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:length_count] keyentry with lines lw 3 lc rgb int(word(colours, i)) \
    title sprintf('L = %d', value('length_'.i))

set xrange [0.85 * x_min:1.2 * x_max]
set xtics (0.5, 1, 1.5, 2, 3, 4, 6, 8, 10, 15)
set xlabel 'P/√(L d³)'
set title sprintf('P*/√(L d³) by %.2f, data sets alone: %.2f', scaled_spread_02, noise_02)
plot for [i = 1:length_count] for [j = 1:dimension_count] file \
    using (at(value('length_'.i), value('dimension_'.j), 'scaled_samples')):\
    (at(value('length_'.i), value('dimension_'.j), 'alignment')):\
    (at(value('length_'.i), value('dimension_'.j), 'standard_error')) \
    with yerrorlines pt -1 lw 0.8 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:length_count] for [j = 1:dimension_count] file \
    using (at(value('length_'.i), value('dimension_'.j), 'scaled_samples')):\
    (at(value('length_'.i), value('dimension_'.j), 'alignment')):(symbol(j)) \
    with points pt variable ps 0.7 lc rgb int(word(colours, i)) notitle, \
  for [j = 1:dimension_count] keyentry with points pt int(word(filled, j)) lc rgb black \
    title sprintf('d = %d', value('dimension_'.j)), \
  keyentry with points pt 6 lc rgb black title 'a data set uncertified'
unset multiplot

set multiplot layout 1, 2
set lmargin 7.5
file = tables.'cnn-learnability.tsv'
theory = tables.'cnn-learnability-theory.tsv'
colours = '0x000000 0xCC79A7 0xD55E00 0xB27500 0x009E73 0x0072B2'
colour(i) = int(word(colours, 6 - size_count + i))
# The rows of one size.
at(i, name) = column('patch') == value('patch_'.i) ? column(name) : NaN

set logscale x
set xrange [0.2:3.4]
set yrange [0:1.1]
set xtics (0.25, 0.5, 1, 2)
set ylabel 'alignment A, ± s.e. over data sets' offset 1
set xlabel 'P/d^{3/4}'
set key top left reverse Left
plot \
  for [i = 1:size_count] theory using (at(i, 'load')):(at(i, 'equation_of_state')) with lines lw 1 \
    dt 2 lc rgb colour(i) notitle, \
  for [i = 1:size_count] theory using (at(i, 'load')):(at(i, 'finite_size')) with lines lw 1.2 \
    lc rgb colour(i) notitle, \
  for [i = 1:size_count] file using (at(i, 'load')):(at(i, 'alignment')):(at(i, 'standard_error')) \
    with yerrorbars pt -1 lc rgb colour(i) notitle, \
  for [i = 1:size_count] file using (at(i, 'load')):(at(i, 'alignment')):\
    (shape(i, column('certified') == column('datasets'))) with points pt variable lc rgb colour(i) notitle, \
  for [i = 1:size_count] keyentry with points pt shape(i, 1) lc rgb colour(i) \
    title sprintf('S = N_w = C = %d', value('patch_'.i))

set xrange [0.03:2]
set xtics (0.03, 0.1, 0.3, 1)
set xlabel 'P/d'
unset ylabel
plot \
  for [i = 1:size_count] theory using (at(i, 'samples_per_dimension')):(at(i, 'finite_size')) \
    with lines lw 1.2 lc rgb colour(i) notitle, \
  for [i = 1:size_count] theory using (at(i, 'samples_per_dimension')):(at(i, 'lazy')) \
    with lines lw 3 dt 2 lc rgb grey notitle, \
  for [i = 1:size_count] file using (at(i, 'samples_per_dimension')):(at(i, 'alignment')):\
    (at(i, 'standard_error')) with yerrorbars pt -1 lc rgb colour(i) notitle, \
  for [i = 1:size_count] file using (at(i, 'samples_per_dimension')):(at(i, 'alignment')):\
    (shape(i, column('certified') == column('datasets'))) with points pt variable lc rgb colour(i) notitle, \
  keyentry with lines lw 1.2 lc rgb black title 'posterior at these sizes, nothing fitted', \
  keyentry with lines lw 1 dt 2 lc rgb black title 'equation of state (left)', \
  keyentry with lines lw 3 dt 2 lc rgb grey title 'lazy network (GP): one curve', \
  keyentry with points pt 6 lc rgb black title 'where a data set is not certified'
unset multiplot

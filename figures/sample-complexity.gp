set multiplot
set key top left reverse Left samplen 1.5
set size 0.42, 1
set origin 0, 0
set lmargin 8.5

file = tables.'sample-complexity.tsv'
set logscale xy
stats file using 'samples' nooutput
set yrange [0.4 * STATS_min:2.5 * STATS_max]
set xrange [value('dimension_1') / 1.15:value('dimension_'.dimension_count) * 1.17]
set xtics ()
set for [i = 1:dimension_count] xtics add (value('dimension_'.i))
set ytics 1, 2
unset mytics
set xlabel width_ratio == 1 ? 'd = N' : width_ratio > 0 ? sprintf('d = N/%g', width_ratio) : 'd'
set ylabel sprintf('P*: samples for alignment %g', alignment_threshold)
plot \
  file using 'dimension':'rescaled_bound' with lines lc rgb vermilion lw 2 \
    title sprintf('bound × %.0f (fitted), slope %.2f', bound_factor, bound_exponent), \
  for [i = 1:(predicted_exponent == predicted_exponent)] file \
    using 'dimension':'predicted':'predicted_error' with yerrorlines pt -1 lc rgb green lw 2 \
    title sprintf('one neuron, slope %.2f', predicted_exponent), \
  for [i = 1:(joint_exponent == joint_exponent)] file using 'dimension':'joint' \
    with linespoints pt 2 dt 2 lc rgb black lw 1.5 \
    title sprintf('all neurons, slope %.2f', joint_exponent), \
  file using 'dimension':'samples':'low':'high' with yerrorbars pt -1 lc rgb blue notitle, \
  file using 'dimension':'samples':(mark(column('certified'))) with points pt variable lc rgb blue \
    notitle, \
  keyentry with points pt 7 lc rgb blue title sprintf('sampled, slope %.2f', exponent), \
  keyentry with points pt 6 lc rgb blue title 'a data set uncertified'

file = tables.'sample-complexity-alignment.tsv'
unset logscale
set size 0.3, 1
set origin 0.42, 0
set key samplen 1
set xrange [*:*]
set yrange [*:*]
set offsets 0.2, 0.2, 0.05, 0.01
set xtics 1
set ytics auto
set xlabel 'P/d'
set ylabel 'alignment A, ± s.e. over data sets'
colours = '0x0072B2 0x009E73 0xB27500 0xD55E00 0xCC79A7 0x000000'
at(d, name) = column('dimension') == d ? column(name) : NaN
plot \
  alignment_threshold with lines lc rgb grey dt 3 lw 1.5 notitle, \
  for [i = 1:dimension_count] file using (at(value('dimension_'.i), 'samples_per_dimension')):\
    (at(value('dimension_'.i), 'alignment')):(at(value('dimension_'.i), 'standard_error')) \
    with yerrorlines pt -1 lw 1.5 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:dimension_count] keyentry with linespoints pt shape(i, 1) lw 1.5 lc rgb int(word(colours, i)) \
    title sprintf('d = %d', value('dimension_'.i)), \
  for [i = 1:dimension_count] file using (at(value('dimension_'.i), 'samples_per_dimension')):\
    (at(value('dimension_'.i), 'alignment')):(shape(i, column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, i)) notitle

file = tables.'sample-complexity-windows.tsv'
set size 0.28, 1
set origin 0.72, 0
set lmargin 7
set offsets 0.4, 0.4, graph 0.45, graph 0.05
unset xtics
set xtics nomirror out scale 0.6
set xrange [*:*]
set yrange [*:*]
set ytics 0.2
set xlabel 'three neighbouring d'
set ylabel sprintf('exponent of P* in d, alignment %g', alignment_threshold)
if (windows > 0) {
  plot \
    1 with lines lw 2 lc rgb black title 'limit', \
    keyentry with points pt 7 lc rgb blue title 'sampled', \
    keyentry with points pt 2 lc rgb black title 'all neurons', \
    keyentry with points pt 9 lc rgb vermilion title 'extrapolated', \
    file using (column(0)):'predicted':xticlabels(sprintf('%d–%d', column('from'), column('to'))) \
      with points pt 2 lc rgb black notitle, \
    file using (column(0) - 0.12):'exponent':'low':'high' with yerrorbars pt 7 lc rgb blue notitle, \
    file using (column(0) + 0.12):'extrapolated':'extrapolated_low':'extrapolated_high' \
      with yerrorbars pt 9 lc rgb vermilion notitle
}
unset multiplot

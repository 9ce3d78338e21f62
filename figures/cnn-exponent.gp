set multiplot layout 1, 2
set lmargin 8.5
file = tables.'cnn-exponent.tsv'
set key top left reverse Left
set logscale xy
stats file using 'lazy' nooutput
lazy_max = STATS_max
stats file using 'samples' nooutput
set yrange [0.6 * STATS_min:8 * lazy_max]
stats file using 'dimension' nooutput
set xrange [STATS_min / 1.3:STATS_max * 1.3]
set xlabel 'd = N_w S, S = N_w = C'
set ylabel sprintf('P*: samples for alignment %g', alignment_threshold)
plot \
  file using 'dimension':'lazy' with lines lw 3 dt 2 lc rgb grey \
    title sprintf('lazy network (GP), slope %.2f', lazy_exponent), \
  file using 'dimension':'equation_of_state' with lines lw 2 dt 4 lc rgb vermilion \
    title sprintf('equation of state, slope %.2f', state_exponent), \
  file using 'dimension':'finite_size' with lines lw 2 lc rgb green \
    title sprintf('posterior at these sizes, nothing fitted, slope %.2f', finite_exponent), \
  file using 'dimension':'samples':'low':'high' with yerrorbars pt -1 lc rgb blue notitle, \
  file using 'dimension':'samples':(mark(column('certified'))) with points pt variable lc rgb blue \
    notitle, \
  keyentry with points pt 7 lc rgb blue title sprintf('sampled, slope %.2f (95 %%: %.2f … %.2f)', \
    exponent, exponent_low, exponent_high), \
  keyentry with points pt 6 lc rgb blue title 'where a data set is not certified'

file = tables.'cnn-exponent-thresholds.tsv'
unset logscale
set xrange [0.05:0.75]
set yrange [0.6:1.25]
set xtics 0.1
set xlabel 'alignment that defines P*'
set ylabel 'exponent of P* in d' offset 1
plot \
  file using 'threshold':'lazy' with lines lw 3 dt 2 lc rgb grey title 'lazy network (GP)', \
  0.75 with lines dt 3 lw 2 lc rgb black title 'scaling argument: 3/4', \
  file using 'threshold':'equation_of_state' with lines lw 2 dt 4 lc rgb vermilion \
    title 'equation of state at these sizes', \
  file using 'threshold':'finite_size' with lines lw 2 lc rgb green \
    title 'posterior at these sizes', \
  file using 'threshold':'exponent':'low':'high' with yerrorbars pt 7 lc rgb blue \
    title 'sampled, 95 % over data sets'
unset multiplot
